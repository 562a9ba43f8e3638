/**
 * Names of colours, and their values in light and dark mode. Colour-blind readers can tell them
 * apart.
 */
const colors = {
  page: ['#fdfdfc', '#15181b'],
  card: ['#f4f5f3', '#1d2125'],
  text: ['#1d2124', '#e7e9ea'],
  muted: ['#59626b', '#a5adb5'],
  line: ['#d9dcda', '#343a40'],
  shade: ['#c3c9c8', '#4a525a'],
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

/**
 * The page's style sheet. Wide tables scroll in their own boxes; the page never scrolls sideways.
 */
export const style = `${palette(':root')}
:root { color-scheme: light dark; }
@media print { :root { color-scheme: light; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  font-variant-numeric: tabular-nums;
  -webkit-text-size-adjust: 100%;
  overflow-wrap: break-word;
}
.skip {
  position: absolute;
  left: 1rem;
  top: -4rem;
  padding: 0.4rem 0.8rem;
  background: var(--page);
  z-index: 1;
}
.skip:focus { top: 0.6rem; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3.5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { padding: 2rem 1.25rem 3rem; color: var(--muted); font-size: 0.875rem; }
main:focus { outline: none; }
a { color: var(--ours); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--ours); outline-offset: 3px; border-radius: 3px; }
h1 { font-size: clamp(1.6rem, 4.5vw, 2.25rem); line-height: 1.2; letter-spacing: -0.02em; font-weight: 650; margin: 0 0 0.5rem; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -0.01em; font-weight: 620; margin: 3.5rem 0 0.75rem; }
h3 { font-size: 1rem; font-weight: 620; margin: 1.75rem 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 44rem; }
.quiet, figcaption { color: var(--muted); }
.note { padding: 0.6rem 0.9rem; border-left: 3px solid var(--peer); background: var(--card); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.15rem 1.25rem; padding: 0; margin: 1.25rem 0 0; font-size: 0.9375rem; }
nav a { display: inline-block; padding: 0.15rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: 0.9rem; margin: 1.75rem 0 0; }
.tiles > div { background: var(--card); border-radius: 10px; padding: 0.9rem 1.1rem 1rem; }
.tiles dt { color: var(--muted); font-size: 0.875rem; }
.tiles dd { margin: 0; font-size: 0.9375rem; }
.tiles dd:nth-of-type(1) { font-size: 1.5rem; line-height: 1.4; font-weight: 620; letter-spacing: -0.01em; }
.scroll {
  --under: var(--page);
  overflow-x: auto;
  max-width: 100%;
  /* A shade at an edge behind which there is more. What covers it moves with the content. */
  background:
    linear-gradient(to right, var(--under) 60%, transparent) 0 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--under) 60%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) 0 0 / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) 100% 0 / 0.9rem 100% no-repeat scroll,
    var(--under);
}
table { border-collapse: collapse; font-size: 0.9375rem; line-height: 1.4; }
th, td { text-align: left; padding: 0.42rem 0.9rem 0.42rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0.25rem; }
thead th { font-weight: 600; color: var(--muted); font-size: 0.8125rem; vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 400; }
.variants { width: 100%; }
.variants tbody th { min-width: 12rem; }
code { font: 0.9em ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
.short { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.variants .front th { font-weight: 620; }
.spread { color: var(--muted); font-size: 0.8125rem; }
.mark { color: var(--ours); }
.peer .system { color: var(--peer); }
.system { font-size: 0.8125rem; color: var(--muted); font-weight: 400; }
thead button { all: unset; cursor: pointer; }
thead button:focus-visible { outline: 2px solid var(--ours); outline-offset: 3px; border-radius: 3px; }
thead button::after { content: ' ↕'; opacity: 0.55; }
[aria-sort='ascending'] button::after { content: ' ↑'; opacity: 1; }
[aria-sort='descending'] button::after { content: ' ↓'; opacity: 1; }
figure { margin: 1rem 0 0; }
figcaption { font-size: 0.9375rem; max-width: 44rem; margin: 0 0 0.75rem; }
.plot { display: block; width: 100%; height: auto; overflow: visible; }
.plot text { white-space: pre; }
.wide { display: none; }
.narrow { max-width: 30rem; }
@media (min-width: 47rem) {
  .wide { display: block; }
  .wide + .narrow { display: none; }
  .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2.5rem; align-items: start; }
}
details { margin: 0.6rem 0; }
summary { cursor: pointer; padding: 0.3rem 0; width: fit-content; }
details > .scroll, details > .digits { margin: 0.4rem 0 1rem; }
.pairs { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.3rem 1.5rem; margin: 0.75rem 0; }
.pairs dt { color: var(--muted); }
.pairs dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
@media print {
  .skip, nav, thead button::after { display: none; }
  header { padding-top: 0; }
  body { font-size: 10pt; }
  h2, h3, figcaption { break-after: avoid; }
  figure, tr, .tiles { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
}
`;
