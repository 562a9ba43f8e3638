import { cut, int, ptr } from './arguments';

/** out[i] = a[i] + b[i], float32. Arguments: a, b, out, n. */
export function add(args: usize, part: i32, parts: i32): void {
  const n = int(args, 3);
  const start = <usize>cut(n, part, parts, 16) << 2;
  const end = <usize>cut(n, part + 1, parts, 16) << 2;
  const a = ptr(args, 0);
  const b = ptr(args, 1);
  const out = ptr(args, 2);
  let i = start;
  for (const whole = start + ((end - start) & ~15); i < whole; i += 16) {
    v128.store(out + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  }
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(a + i) + load<f32>(b + i));
}
