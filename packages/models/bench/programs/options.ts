import { parseArgs } from 'node:util';

/** The command line: `--data FOLDER`, `--map FILE`, and numbers. */
export function readOptions() {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { data: text, map: text, features: text, rows: text, l2: text },
  });
  const [features, rows, l2] = [values.features, values.rows, values.l2].map(Number);
  return { dataDir: values.data, map: values.map as string, features, rows, l2 };
}
