import { cut, int, ptr } from './arguments';
import { exp4 } from './exponentials';
import { loadSome, storeSome } from './tails';

/**
 * The place of the first largest (or smallest) number in each row: int32. NaN never wins, unless it
 * comes first. Arguments: x, out, rows, columns, whether smallest.
 */
export function argExtreme(args: usize, part: i32, parts: i32): void {
  const count = int(args, 2);
  const columns = int(args, 3);
  const smallest = int(args, 4) != 0;
  const last = cut(count, part + 1, parts, 1);
  for (let r = cut(count, part, parts, 1); r < last; r++) {
    const row = ptr(args, 0) + (<usize>r * <usize>columns << 2);
    let best = load<f32>(row);
    let place = 0;
    for (let c = 1; c < columns; c++) {
      const v = load<f32>(row + (<usize>c << 2));
      if (smallest ? v < best : v > best) {
        best = v;
        place = c;
      }
    }
    store<i32>(ptr(args, 1) + (<usize>r << 2), place);
  }
}

/** out[r] = e^(x[r] − max x[r]) / their sum, for each row. Arguments: x, out, rows, columns. */
export function softmax(args: usize, part: i32, parts: i32): void {
  const count = int(args, 2);
  const bytes = <usize>int(args, 3) << 2;
  const last = cut(count, part + 1, parts, 1);
  const whole = bytes & ~15;
  for (let r = cut(count, part, parts, 1); r < last; r++) {
    const x = ptr(args, 0) + <usize>r * bytes;
    const out = ptr(args, 1) + <usize>r * bytes;
    let best = load<f32>(x);
    for (let i: usize = 4; i < bytes; i += 4) best = max(best, load<f32>(x + i));
    const shift = f32x4.splat(best);
    let i: usize = 0;
    for (; i < whole; i += 16) v128.store(out + i, exp4(f32x4.sub(v128.load(x + i), shift)));
    if (i < bytes) storeSome(out + i, exp4(f32x4.sub(loadSome(x + i, bytes - i), shift)), bytes - i);
    let sum: f64 = 0;
    for (i = 0; i < bytes; i += 4) sum += <f64>load<f32>(out + i);
    const sums = f32x4.splat(<f32>sum);
    for (i = 0; i < whole; i += 16) v128.store(out + i, f32x4.div(v128.load(out + i), sums));
    for (; i < bytes; i += 4) store<f32>(out + i, load<f32>(out + i) / <f32>sum);
  }
}
