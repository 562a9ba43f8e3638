import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '@kernel-methods/report';
import { atEnd } from '@kernel-methods/runner';
import type { Config } from '../options/options.ts';
import { loadImages, type Source } from '../run/sources.ts';

/** Where peers find the data of our runs. */
export interface PeerData {
  readonly dataset: Config['dataset'];
  /** Where it came from, as a report tells it. */
  origin(seed: number): string;
  /** The folder with the four files. Of synthetic digits, one for each seed. */
  folder(seed: number): string;
  /** Removes what was written for the peers. */
  dispose(): void;
}

/**
 * Finds the files of the data set, which may be downloaded; what there are no files of is written
 * for the peers, until `dispose`.
 *
 * @throws DatasetError where it cannot be had: nothing stands in for it here.
 */
export async function preparePeerData(
  config: Pick<Config, 'dataset' | 'data' | 'rows'>,
  seeds: readonly number[],
  {
    signal,
    output,
  }: { readonly signal: AbortSignal; readonly output: Pick<Output, 'bar' | 'clear'> },
  load = loadImages,
): Promise<PeerData> {
  const { dataset } = config;
  const drawn = dataset === 'synthetic' ? seeds : seeds.slice(0, 1);
  const places = new Map<number, { folder: string; origin: string }>();
  let written: string | undefined;
  const remove = () => {
    if (written !== undefined) rmSync(written, { recursive: true, force: true });
  };
  const forget = atEnd(remove);
  const dispose = () => {
    forget();
    remove();
  };
  try {
    for (const seed of drawn) {
      signal.throwIfAborted();
      const source = await load({ ...config, seed }, signal, output);
      let { folder } = source;
      if (folder === undefined) {
        written ??= mkdtempSync(join(tmpdir(), 'mnist-bench-'));
        folder = writeSource(join(written, `${seed}`), source);
      }
      places.set(seed, { folder, origin: source.origin });
    }
  } catch (error) {
    dispose();
    throw error;
  } finally {
    output.clear();
  }
  const place = (seed: number) => places.get(seed) ?? places.get(drawn[0])!;
  return {
    dataset,
    origin: (seed) => place(seed).origin,
    folder: (seed) => place(seed).folder,
    dispose,
  };
}

function writeSource(folder: string, { train, test }: Source): string {
  mkdirSync(folder);
  for (const [name, { x, y }] of Object.entries({ train, t10k: test })) {
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idxBytes(x.data, x.shape));
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idxBytes(y, [y.length]));
  }
  return folder;
}

/** Bytes of any shape in MNIST's format: two zeros, the type, the number of axes, their lengths. */
export function idxBytes(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, 0x08);
  header.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    header.setUint32(4 + 4 * axis, length);
  });
  return Buffer.concat([new Uint8Array(header.buffer), data]);
}
