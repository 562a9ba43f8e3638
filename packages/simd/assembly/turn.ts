// The argument of a sine or cosine in turns, exactly: the method of Payne and Hanek (1983). x is m·2^e with a whole m
// below 2^24. Bits of 1/2π whose product with x is a whole number of turns do not count; the 96 bits after them give
// the fraction of a turn to 2^-64, whatever the size of x.

// 1/2π times 4 in binary, that is 2/π: 32 zeros, then the bits behind the point.
const TWO_OVER_PI = memory.data<u32>([
  0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561,
]);

/** 2π·2^-64: a fraction of a turn, as `turn` gives it, times this is an angle. */
export const TURN: f64 = 6.283185307179586 / 18446744073709551616.0;

/** |x| modulo 2π as a fraction of a turn, in units of 2^-64. For finite |x| of 1 and more; smaller ones give 0. */
export function turn(x: f32): u64 {
  const bits = reinterpret<u32>(x);
  const e = <i32>((bits >> 23) & 0xff) - 150;
  if (e < -23) return 0;
  const m = <u64>((bits & 0x7fffff) | 0x800000);
  // Bit e − 1 of 2/π has the weight of two quarter turns.
  const start = e + 30;
  const at = TWO_OVER_PI + (<usize>(start >> 5) << 2);
  const shift = <u64>(start & 31);
  const low = m * word(at + 8, shift);
  const middle = m * word(at + 4, shift) + (low >> 32);
  const high = m * word(at, shift) + (middle >> 32);
  return (high << 32) | (middle & 0xffffffff);
}

/** 32 bits that start `shift` bits behind the beginning of a word. */
// @ts-ignore: decorator
@inline function word(at: usize, shift: u64): u64 {
  return (((<u64>load<u32>(at) << 32) | <u64>load<u32>(at, 4)) << shift) >> 32;
}
