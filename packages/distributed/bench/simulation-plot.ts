const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [640, 400, 80, 50, 20, 20];

type Seconds = (workers: number) => { readonly rows: number; readonly results: number };

/** Seconds over workers, both axes logarithmic. */
export function simulationPlot(widths: readonly number[], of: Seconds, narrow: number): string {
  const lines = [
    { name: 'all', colour: '#1f2328', at: (w: number) => of(w).rows + of(w).results },
    { name: 'rows', colour: '#1f6feb', at: (w: number) => of(w).rows },
    { name: 'results', colour: '#d1242f', at: (w: number) => of(w).results },
  ];
  const values = lines.flatMap(({ at }) => widths.map(at));
  const [low, high] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const x = axis(widths[0], widths[widths.length - 1], LEFT, WIDTH - RIGHT);
  const y = axis(low, high, HEIGHT - BOTTOM, TOP);
  const ticks = Array.from({ length: 9 }, (_, i) => 10 ** (i - 2)).filter(
    (t) => t > low && t < high,
  );
  const path = (at: (w: number) => number) =>
    widths.map((w, i) => `${i === 0 ? 'M' : 'L'}${x(w)},${y(at(w))}`).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>Simulated seconds of a fit of 1e9 rows over the number of workers</title>',
    '<style>text{fill:#59636e}.axis{stroke:#d1d9e0;fill:none}</style>',
    ...ticks.map(
      (tick) =>
        `<path class="axis" d="M${LEFT},${y(tick)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick.toLocaleString('en')}</text>`,
    ),
    ...widths.map(
      (w) => `<text x="${x(w)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${w}</text>`,
    ),
    `<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 10}" text-anchor="middle">workers of one thread</text>`,
    `<text x="14" y="${HEIGHT / 2}" transform="rotate(-90 14 ${HEIGHT / 2})" text-anchor="middle">seconds</text>`,
    `<path d="M${x(narrow)},${TOP}V${HEIGHT - BOTTOM}" stroke="#818b98" stroke-dasharray="4 4"/>`,
    ...lines.map(
      ({ at, colour }) => `<path d="${path(at)}" stroke="${colour}" stroke-width="2" fill="none"/>`,
    ),
    ...lines.map(
      ({ name, colour }, i) =>
        `<text x="${WIDTH - RIGHT}" y="${TOP + 14 + 16 * i}" text-anchor="end" style="fill:${colour}">${name}</text>`,
    ),
    '</svg>\n',
  ].join('\n');
}

function axis(from: number, to: number, start: number, end: number): (value: number) => number {
  const share = (value: number) => Math.log(value / from) / Math.log(to / from);
  return (value) => Math.round(10 * (start + (end - start) * share(value))) / 10;
}
