import type { Comparison } from '../comparison/comparison.ts';
import { widths } from './figure.ts';
import { escapeText } from './markup.ts';
import { draw } from './plots/draw.ts';
import { frontDrawing } from './plots/front.ts';
import { pointsOf } from './plots/points.ts';
import { palette } from './style/palette.ts';

/** Accuracy over seconds as an SVG file of its own, in light and dark. It needs two variants. */
export function frontSvg(comparison: Comparison): string {
  const points = pointsOf(comparison);
  if (points.length < 2) {
    throw new Error(`A front needs 2 variants with results. Received: ${points.length}.`);
  }
  const drawing = frontDrawing(points, widths.wide);
  const svg = draw(drawing);
  const [width, height] = ['width', 'height'].map((name) => {
    const size = Number(svg.getAttribute(name)) + 2 * room;
    svg.setAttribute(name, `${size}`);
    return size;
  });
  svg.setAttribute('viewBox', `${-room} ${-room} ${width} ${height}`);
  const text = svg.outerHTML.slice('<svg'.length);
  const at = text.indexOf('>') + 1;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc"${text.slice(0, at)}
<title id="title">Test accuracy over seconds</title>
<desc id="desc">${escapeText(drawing.label)}</desc>
<style>${palette('svg')}svg{color:var(--text)}text{white-space:pre}</style>
<rect x="${-room}" y="${-room}" width="100%" height="100%" fill="var(--page)" />
${text.slice(at)}
`;
}

/** About the plot, so that nothing touches the edge. */
const room = 12;
