import { cut, int, ptr } from './arguments';
import { gemm } from './gemm';

/**
 * `gemm` of many pairs. Arguments: those of `gemm` for the first pair, with 1 part along m and n; then how many pairs,
 * and the bytes from one a, b and out to the next. Each part keeps arguments of its own behind its scratch memory,
 * which therefore has 256 bytes more than `gemm` needs.
 */
export function gemmBatch(args: usize, part: i32, parts: i32): void {
  const count = int(args, 22);
  const bytes = ptr(args, 14);
  const scratch = ptr(args, 13) + <usize>part * bytes;
  const own = scratch + bytes - 256;
  memory.copy(own, args, 176);
  store<f64>(own + 8 * 13, <f64>scratch);
  const last = cut(count, part + 1, parts, 1);
  for (let i = cut(count, part, parts, 1); i < last; i++) {
    for (let at = 0; at < 3; at++) {
      store<f64>(own + (<usize>at << 3), load<f64>(args + (<usize>at << 3)) + <f64>i * load<f64>(args + (<usize>at << 3), 8 * 23));
    }
    gemm(own, 0, 1);
  }
}
