let widened: Float32Array | undefined;

/** Half precision (IEEE 754 binary16), as its bits, widened to float32: exactly. */
export function float16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  widened ??= Float32Array.from({ length: 65536 }, (_, half) => widen(half));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = widened[bits[i]];
  return values;
}

function widen(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
