/** Names of colours, and what they are in light and in dark. Told apart by the colour-blind too. */
const colors = {
  page: ['#fdfdfc', '#15181b'],
  card: ['#f4f5f3', '#1d2125'],
  text: ['#1d2124', '#e7e9ea'],
  muted: ['#59626b', '#a5adb5'],
  line: ['#d9dcda', '#343a40'],
  ours: ['#0067a6', '#5cb8f0'],
  peer: ['#b34700', '#ff9e57'],
  'series-1': ['#0067a6', '#5cb8f0'],
  'series-2': ['#b34700', '#ff9e57'],
  'series-3': ['#007556', '#35c79b'],
  'series-4': ['#a33a78', '#f190c5'],
  'series-5': ['#5d4ab5', '#b3a4ff'],
  'series-6': ['#756000', '#dfc54c'],
  'series-7': ['#4b5157', '#c3c8cc'],
} as const;

const variables = (scheme: 0 | 1) =>
  Object.entries(colors)
    .map(([name, both]) => `--${name}:${both[scheme]};`)
    .join('');

/** The colours as CSS variables of `selector`, by the scheme that the reader has chosen. */
export const palette = (selector: string) =>
  `${selector}{${variables(0)}}@media screen and (prefers-color-scheme:dark){${selector}{${variables(1)}}}`;
