import { createRandom } from '@kernel-methods/random';

/** The width of every picture. */
export const WIDTH = 640;

/** Rows with a number each, whose noise grows from left to right. */
export function noisyWave(count: number, seed: number) {
  const random = createRandom(seed);
  const x = Array.from({ length: count }, () => [6 * random.uniform()]);
  return { x, y: x.map(([a]) => Math.sin(a) + (0.05 + a / 10) * random.normal()) };
}

/** Points of three classes that overlap; the third is rare and wide. */
export function threeClasses(count: number, seed: number) {
  const random = createRandom(seed);
  const classes = [
    { name: 'ash', at: [0, 0], width: 0.8 },
    { name: 'birch', at: [2, 0.5], width: 0.8 },
    { name: 'cedar', at: [1, 1.8], width: 1.1 },
  ];
  const y: string[] = [];
  const x = Array.from({ length: count }, () => {
    const drawn = random.uniform();
    const own = classes[drawn < 0.55 ? 0 : drawn < 0.9 ? 1 : 2];
    y.push(own.name);
    return own.at.map((centre) => centre + own.width * random.normal());
  });
  return { x, y };
}

/** Numbers from `from` to `to`, `count` of them, both ends included. */
export const steps = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
