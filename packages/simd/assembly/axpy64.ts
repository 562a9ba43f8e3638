import { cut, double, int, ptr } from './arguments';
import { madd64 } from './lanes';

/** out[i] = alpha·x[i] + y[i], float64. Arguments: alpha, x, y, out, n. */
export function axpy64(args: usize, part: i32, parts: i32): void {
  const n = int(args, 4);
  const start = <usize>cut(n, part, parts, 8) << 3;
  const end = <usize>cut(n, part + 1, parts, 8) << 3;
  const alpha = double(args, 0);
  const x = ptr(args, 1);
  const y = ptr(args, 2);
  const out = ptr(args, 3);
  const alphas = f64x2.splat(alpha);
  let i = start;
  for (const whole = start + ((end - start) & ~15); i < whole; i += 16) {
    v128.store(out + i, madd64(alphas, v128.load(x + i), v128.load(y + i)));
  }
  // A single number that is left over goes through the same lanes, so that it is rounded in the same way.
  if (i < end) {
    const last = madd64(alphas, v128.load64_zero(x + i), v128.load64_zero(y + i));
    store<f64>(out + i, f64x2.extract_lane(last, 0));
  }
}
