/** Where numbers lie, with some room about them, for an axis of powers. */
export function logDomain(values: readonly number[], room = 0.08): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) =>
    Math.log(Math.max(value, 1e-9)),
  );
  const more = Math.max((high - low) * room, 0.12);
  return [Math.exp(low - more), Math.exp(high + more)];
}

/** Round numbers on an axis of powers, no closer to each other than a share of it. */
export function logTicks([low, high]: readonly [number, number], share = 0.12): number[] {
  const least = share * Math.log(high / low);
  const ticks: number[] = [];
  for (const digits of [[1], [5], [2], [3], [7, 4], [1.5], [6, 8, 2.5, 9], [1.2, 3.5, 4.5]]) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of digits) {
        const tick = Number((digit * 10 ** power).toPrecision(2));
        const free = ticks.every((other) => Math.abs(Math.log(tick / other)) >= least);
        if (tick >= low && tick <= high && free) ticks.push(tick);
      }
    }
  }
  return ticks.sort((a, b) => a - b);
}

/** 0.02, 0.5, 12, 1,500: no digit more than is needed. */
export const plain = (value: number) =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
