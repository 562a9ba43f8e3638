import type { Curve } from './errors.ts';
import type { RowTime } from './times.ts';

const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700', '#8250df', '#bf3989', '#57606a'];
const STYLE =
  '<style>text{fill:#59636e}.title{font-weight:600}.axis{stroke:#d1d9e0;fill:none}' +
  '.theory{stroke:#818b98;stroke-dasharray:4 4;fill:none}.line{stroke-width:2;fill:none}</style>';

interface Panel {
  title: string;
  curves: readonly (Pick<Curve, 'errors' | 'widths'> & { label: string })[];
}

const [PANEL, HEIGHT, LEFT, TOP, BOTTOM] = [400, 440, 60, 40, 170];

/**
 * Panels in two columns: the error over the number of features, both logarithmic, and the slope
 * −1/2.
 */
export function errorPlot(panels: readonly Panel[]): string {
  const drawn = panels.map((panel, i) => {
    const [left, top] = [(i % 2) * PANEL, Math.floor(i / 2) * HEIGHT];
    return `<g transform="translate(${left} ${top})">\n${drawPanel(panel)}\n</g>`;
  });
  return svg(2 * PANEL, Math.ceil(panels.length / 2) * HEIGHT, drawn);
}

function drawPanel({ title, curves }: Panel): string {
  const errors = curves.flatMap((curve) => curve.errors);
  const widths = curves
    .map((curve) => curve.widths)
    .reduce((a, b) => (a.length > b.length ? a : b));
  const y = axis(Math.min(...errors) / 1.2, Math.max(...errors) * 1.2, HEIGHT - BOTTOM, TOP);
  const x = axis(widths[0], widths[widths.length - 1], LEFT, PANEL - 20);
  const low = [-6, -5, -4, -3, -2, -1, 0].flatMap((power) => [10 ** power, 3 * 10 ** power]);
  const near = low.filter((at) => at > y.from && at < y.to);
  const ticks = near.length > 6 ? near.filter((at) => low.indexOf(at) % 2 === 0) : near;
  const path = ({ errors, widths }: Pick<Curve, 'errors' | 'widths'>) =>
    errors.map((e, i) => `${i === 0 ? 'M' : 'L'}${x.at(widths[i])},${y.at(e)}`).join('');
  // The line of theory starts where the first curve does.
  const start = curves[0].errors[0];
  const theory = widths.map((width) => start * Math.sqrt(widths[0] / width));
  const base = HEIGHT - BOTTOM;
  return [
    text(LEFT, 22, title, 'class="title"'),
    ...ticks.flatMap((tick) => [
      `<path class="axis" d="M${LEFT},${y.at(tick)}H${PANEL - 20}"/>`,
      text(LEFT - 8, y.at(tick) + 4, String(Number(tick.toPrecision(1))), 'text-anchor="end"'),
    ]),
    ...widths.map((width) =>
      text(x.at(width), base + 18, String(width), 'text-anchor="middle" font-size="11"'),
    ),
    text((LEFT + PANEL) / 2, base + 36, 'number of features', 'text-anchor="middle"'),
    `<path class="theory" d="${path({ errors: theory, widths })}"/>`,
    ...curves.map((curve, i) => `<path class="line" stroke="${COLOURS[i]}" d="${path(curve)}"/>`),
    ...curves.map(({ label }, i) =>
      text(LEFT, base + 58 + 16 * i, label, `style="fill:${COLOURS[i]}"`),
    ),
  ].join('\n');
}

const [NAMES, BARS, LINE] = [280, 420, 22];

/** Microseconds per row as bars, the fastest first. */
export function timePlot(title: string, times: readonly RowTime[]): string {
  const sorted = times.toSorted((a, b) => a.best - b.best);
  const most = sorted[sorted.length - 1].best;
  const lines = sorted.flatMap(({ name, width, best }, i) => {
    const top = 36 + LINE * i;
    const size = Math.max(1, Math.round((BARS * best) / most));
    const colour = name.startsWith('random Fourier') ? COLOURS[0] : COLOURS[6];
    const number = best < 10 ? best.toFixed(1) : best.toFixed(0);
    return [
      text(NAMES - 8, top + 12, name, 'text-anchor="end"'),
      `<rect x="${NAMES}" y="${top + 2}" width="${size}" height="13" rx="2" fill="${colour}"/>`,
      text(NAMES + size + 6, top + 12, width === 4096 ? number : `${number} (${width} features)`),
    ];
  });
  const width = NAMES + BARS + 60;
  return svg(width, 44 + LINE * sorted.length, [text(10, 22, title, 'class="title"'), ...lines]);
}

const text = (x: number, y: number, content: string, attributes = '') =>
  `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;

const svg = (width: number, height: number, content: readonly string[]) =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>The cost and the accuracy of random feature maps</title>',
    STYLE,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');

interface Axis {
  from: number;
  to: number;
  at(value: number): number;
}

function axis(from: number, to: number, start: number, end: number): Axis {
  const share = (value: number) => Math.log(value / from) / Math.log(to / from);
  return { from, to, at: (value) => Math.round(10 * (start + (end - start) * share(value))) / 10 };
}
