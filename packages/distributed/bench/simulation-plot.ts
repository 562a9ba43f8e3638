import { logPlot } from '../../simd/bench/log-plot.ts';

type Seconds = (workers: number) => { readonly rows: number; readonly results: number };

/** Seconds over workers, both axes logarithmic; a line where results begin to take longer. */
export function simulationPlot(widths: readonly number[], of: Seconds, narrow: number): string {
  const all = widths.map(of);
  const lines = [
    { label: 'all', colour: '#1f2328', values: all.map(({ rows, results }) => rows + results) },
    { label: 'rows', colour: '#1f6feb', values: all.map(({ rows }) => rows) },
    { label: 'results', colour: '#d1242f', values: all.map(({ results }) => results) },
  ];
  const values = lines.flatMap((line) => line.values);
  return logPlot(
    {
      title: 'Simulated seconds of a fit of 1e9 rows over the number of workers',
      left: 80,
      x: { label: 'workers of one thread', values: widths },
      y: {
        label: 'seconds',
        at: 200,
        range: [Math.min(...values) / 1.5, Math.max(...values) * 1.5],
        ticks: Array.from({ length: 9 }, (_, i) => 10 ** (i - 2)),
      },
      lines,
    },
    ({ x, top, bottom }) =>
      narrow <= widths[widths.length - 1]
        ? [`<path class="theory" d="M${x(narrow)},${top}V${bottom}"/>`]
        : [],
  );
}
