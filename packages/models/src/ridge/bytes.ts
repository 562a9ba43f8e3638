import { type RidgeSums, triangleSize } from './sums.ts';

/** 'KMRS' when read as little-endian bytes. */
const MAGIC = 0x53524d4b;
const VERSION = 2;
const HEADER_BYTES = 16;
const VECTORS = ['zMean', 'yMean', 'yy', 'zy', 'zz'] as const;

/**
 * Converts sums to bytes: a header of four uint32 (magic, version, width, units), then float64: Σ
 * s, then each array in turn. 8·(D(D + 1)/2 + …) bytes: 67 MB for 4,096 features.
 */
export function toBytes(sums: RidgeSums): ArrayBuffer {
  const { width, units } = sums;
  const buffer = new ArrayBuffer(HEADER_BYTES + 8 * numbersOf(width, units));
  new Uint32Array(buffer, 0, 4).set([MAGIC, VERSION, width, units]);
  const numbers = new Float64Array(buffer, HEADER_BYTES);
  numbers[0] = sums.weight;
  let at = 1;
  for (const name of VECTORS) {
    numbers.set(sums[name], at);
    at += sums[name].length;
  }
  return buffer;
}

/**
 * The sums in the bytes, not copied: they change with them.
 *
 * @throws RangeError unless the bytes come from `toBytes`.
 */
export function fromBytes(buffer: ArrayBuffer): RidgeSums {
  const header = buffer.byteLength < HEADER_BYTES ? [] : new Uint32Array(buffer, 0, 4);
  const [magic, version, width, units] = header;
  if (magic !== MAGIC) {
    throw new RangeError(
      `\`bytes\` must come from \`serialize\`. Received: ${buffer.byteLength} other bytes.`,
    );
  }
  if (version !== VERSION) {
    throw new RangeError(`\`bytes\` must be of version ${VERSION}. Received: ${version}.`);
  }
  const expected = HEADER_BYTES + 8 * numbersOf(width, units);
  if (buffer.byteLength !== expected) {
    throw new RangeError(
      `\`bytes\` must be ${expected} for ${width} features and ${units} outputs. Received: ${buffer.byteLength}.`,
    );
  }
  const numbers = new Float64Array(buffer, HEADER_BYTES);
  let at = 1;
  const next = (length: number) => {
    at += length;
    return numbers.subarray(at - length, at);
  };
  const [zMean, yMean, yy] = [next(width), next(units), next(units)];
  const [zy, zz] = [next(width * units), next(triangleSize(width))];
  return { width, units, weight: numbers[0], zMean, yMean, yy, zy, zz };
}

const numbersOf = (width: number, units: number) =>
  1 + width + 2 * units + width * units + triangleSize(width);
