export {
  type CoverageRiskSeries,
  coverageRiskDrawing,
  coverageRiskFigure,
  coverageRiskPicture,
} from './coverage-risk.ts';
export { type Drawing, type Drawn, draw, picture, svgFile } from './draw.ts';
export { markAt, placeLabels, stepsOf } from './labels.ts';
export { dotStyle, type Item, type Look, legendLines, lookOf, mostLines } from './legend.ts';
export {
  type Reliability,
  type ReliabilityBin,
  type ReliabilitySeries,
  reliability,
  reliabilityDrawing,
  reliabilityFigure,
  reliabilityPicture,
} from './reliability.ts';
export { accuracyAxis, errorOf, logDomain, logTicks, onLog, plain } from './scales.ts';
