import { FeatureType } from '../wasm/tables.ts';
import type { JavaScriptKernel } from './kernel.ts';

// bfloat16 is the upper half of a float32. float16 has exponents 112 below those of float32.

/** `toHalf`. Arguments: x, out, n, type of out. */
export const toHalf: JavaScriptKernel = ({ f32, u16 }, [x, out, n, type]) => {
  for (let i = 0; i < n; i++) u16[out / 2 + i] = narrowed(f32[x / 4 + i], type);
};

/** `fromHalf`. Arguments: x, out, n, type of x. */
export const fromHalf: JavaScriptKernel = ({ f32, u16 }, [x, out, n, type]) => {
  for (let i = 0; i < n; i++) f32[out / 4 + i] = widened(u16[x / 2 + i], type);
};

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The number that 16 bits stand for. */
export function widened(half: number, type: number): number {
  if (type === FeatureType.bfloat16) {
    bits[0] = half << 16;
    return single[0];
  }
  const magnitude = (half & 0x7fff) << 13;
  bits[0] = magnitude;
  if (magnitude >= 31 << 23) bits[0] |= 0x7f800000;
  else single[0] *= 2 ** 112;
  return half & 0x8000 ? -single[0] : single[0];
}

/** Rounded to the nearest, to even between two; NaN stays NaN. */
function narrowed(x: number, type: number): number {
  if (Number.isNaN(x)) return 0x7fc0;
  single[0] = x;
  if (type === FeatureType.bfloat16) return (bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) >>> 16;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = Math.abs(x);
  if (magnitude >= 65520) return sign | 0x7c00;
  // The largest number below, and 2⁻²⁴ where numbers are subnormal.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const units = roundEven(magnitude * 2 ** (10 - exponent));
  // A mantissa that is rounded up to 2048 carries into the exponent.
  return sign | (((exponent + 14) << 10) + units);
}

function roundEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
