interface Curve {
  readonly name: string;
  readonly errors: readonly number[];
  readonly slope: number;
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [640, 400, 70, 50, 20, 20];
const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37'];

/** Error over number of features, both axes logarithmic, with the slope −1/2 that theory says. */
export function convergencePlot(dimensions: readonly number[], curves: readonly Curve[]): string {
  const all = curves.flatMap(({ errors }) => errors);
  const x = axis(Math.min(...dimensions), Math.max(...dimensions), LEFT, WIDTH - RIGHT);
  const [low, high] = [Math.min(...all) / 1.3, Math.max(...all) * 1.3];
  const y = axis(low, high, HEIGHT - BOTTOM, TOP);
  const path = (errors: readonly number[]) =>
    errors.map((e, i) => `${i === 0 ? 'M' : 'L'}${x(dimensions[i])},${y(e)}`).join('');
  const first = curves[0].errors[0];
  const theory = dimensions.map((d) => first * Math.sqrt(dimensions[0] / d));
  const ticks = [0.0001, 0.001, 0.01, 0.1, 1].filter((tick) => tick > low && tick < high);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>Difference from the exact kernel machine over the number of random features</title>',
    '<style>text{fill:#59636e}.axis{stroke:#d1d9e0;fill:none}.theory{stroke:#818b98;stroke-dasharray:4 4;fill:none}</style>',
    ...ticks.map(
      (tick) =>
        `<path class="axis" d="M${LEFT},${y(tick)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
    ),
    ...dimensions.map(
      (d) => `<text x="${x(d)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${d}</text>`,
    ),
    `<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 10}" text-anchor="middle">number of random features</text>`,
    `<text x="14" y="${TOP + 100}" transform="rotate(-90 14 ${TOP + 100})" text-anchor="middle">rms difference from the exact machine</text>`,
    `<path class="theory" d="${path(theory)}"/>`,
    ...curves.map(
      ({ errors }, i) =>
        `<path d="${path(errors)}" stroke="${COLOURS[i]}" stroke-width="2" fill="none"/>`,
    ),
    ...curves.map(
      ({ name, slope }, i) =>
        `<text x="${WIDTH - RIGHT}" y="${TOP + 14 + 16 * i}" text-anchor="end" style="fill:${COLOURS[i]}">${name}: slope ${slope.toFixed(2).replace('-', '−')}</text>`,
    ),
    `<text x="${WIDTH - RIGHT}" y="${y(theory[theory.length - 1]) + 16}" text-anchor="end">theory: slope −0.50</text>`,
    '</svg>\n',
  ].join('\n');
}

function axis(from: number, to: number, start: number, end: number): (value: number) => number {
  const share = (value: number) => Math.log(value / from) / Math.log(to / from);
  return (value) => Math.round(10 * (start + (end - start) * share(value))) / 10;
}
