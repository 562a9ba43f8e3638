const [WIDTH, HEIGHT, BOTTOM, TOP, RIGHT] = [640, 400, 50, 20, 20];

export interface LogPlot {
  readonly title: string;
  readonly left: number;
  readonly x: { readonly label: string; readonly values: readonly number[] };
  readonly y: {
    readonly label: string;
    /** How far down the label begins. */
    readonly at: number;
    readonly range: readonly [low: number, high: number];
    /** Only those within the range are drawn. */
    readonly ticks: readonly number[];
  };
  /** One number for each value of x. */
  readonly lines: readonly {
    readonly label: string;
    readonly colour: string;
    readonly values: readonly number[];
  }[];
}

/** What a drawing adds to the lines of a plot. */
export interface Within {
  readonly x: LogAxis;
  readonly y: LogAxis;
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
  path(values: readonly number[]): string;
}

export type LogAxis = (value: number) => number;

/**
 * Lines over values of x as an SVG, both axes logarithmic.
 *
 * @param under what is drawn under the lines.
 */
export function logPlot(
  { title, left, x: across, y: up, lines }: LogPlot,
  under: (within: Within) => readonly string[],
): string {
  const [low, high] = up.range;
  const [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
  const x = logAxis(Math.min(...across.values), Math.max(...across.values), left, right);
  const y = logAxis(low, high, bottom, TOP);
  const path = (values: readonly number[]) =>
    values.map((v, i) => `${i === 0 ? 'M' : 'L'}${x(across.values[i])},${y(v)}`).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    '<style>text{fill:#59636e}.axis{stroke:#d1d9e0;fill:none}.theory{stroke:#818b98;stroke-dasharray:4 4;fill:none}</style>',
    ...up.ticks
      .filter((tick) => tick > low && tick < high)
      .map(
        (tick) =>
          `<path class="axis" d="M${left},${y(tick)}H${right}"/><text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick.toLocaleString('en', { maximumSignificantDigits: 1 })}</text>`,
      ),
    ...across.values.map(
      (value) => `<text x="${x(value)}" y="${bottom + 18}" text-anchor="middle">${value}</text>`,
    ),
    `<text x="${(left + WIDTH) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${across.label}</text>`,
    `<text x="14" y="${up.at}" transform="rotate(-90 14 ${up.at})" text-anchor="middle">${up.label}</text>`,
    ...under({ x, y, top: TOP, bottom, right, path }),
    ...lines.map(
      ({ values, colour }) =>
        `<path d="${path(values)}" stroke="${colour}" stroke-width="2" fill="none"/>`,
    ),
    ...lines.map(
      ({ label, colour }, i) =>
        `<text x="${right}" y="${TOP + 14 + 16 * i}" text-anchor="end" style="fill:${colour}">${label}</text>`,
    ),
    '</svg>\n',
  ].join('\n');
}

/** Places on an axis between two numbers of pixels, to a tenth. */
export function logAxis(from: number, to: number, start: number, end: number): LogAxis {
  const share = (value: number) => Math.log(value / from) / Math.log(to / from);
  return (value) => Math.round(10 * (start + (end - start) * share(value))) / 10;
}
