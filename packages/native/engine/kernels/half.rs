//! Numbers of 16 bits: bfloat16 and IEEE's float16, which are stored but never computed with.

use pulp::Simd;

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// The upper half of a float32.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bfloat16(u16);

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Float16(u16);

/// A type in which features are kept, each of which is a float32 too.
pub trait Feature: Copy + 'static {
    /// A vector of the numbers that lie at `at`, or of the first `n` and zeros.
    ///
    /// # Safety
    /// As many numbers lie at `at` as are loaded, and the machine has the instructions of `simd`.
    unsafe fn load<S: Simd>(simd: S, at: *const Self, n: usize) -> S::f32s;
}

impl Feature for f32 {
    #[inline(always)]
    unsafe fn load<S: Simd>(simd: S, at: *const f32, n: usize) -> S::f32s {
        unsafe {
            if n >= S::F32_LANES {
                at.cast::<S::f32s>().read_unaligned()
            } else {
                simd.partial_load_f32s(std::slice::from_raw_parts(at, n))
            }
        }
    }
}

impl Feature for Bfloat16 {
    #[inline(always)]
    unsafe fn load<S: Simd>(simd: S, at: *const Self, n: usize) -> S::f32s {
        let bits = unsafe { lanes_of::<S>(at.cast(), n) };
        simd.transmute_f32s_u32s(simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(16)))
    }
}

impl Feature for Float16 {
    /// As `f32_of_float16`, on all lanes. AVX-512, which alone has sixteen, has an instruction for it.
    #[inline(always)]
    unsafe fn load<S: Simd>(simd: S, at: *const Self, n: usize) -> S::f32s {
        #[cfg(target_arch = "x86_64")]
        if S::F32_LANES == 16 && n >= 16 {
            use std::arch::x86_64::{__m256i, _mm512_cvtph_ps};
            return unsafe { std::mem::transmute_copy(&_mm512_cvtph_ps(at.cast::<__m256i>().read_unaligned())) };
        }
        let bits = unsafe { lanes_of::<S>(at.cast(), n) };
        let magnitude = simd.and_u32s(bits, simd.splat_u32s(0x7fff));
        let magnitude = simd.wrapping_dyn_shl_u32s(magnitude, simd.splat_u32s(13));
        let power = simd.splat_f32s(f32::from_bits(SCALE));
        let scaled = simd.mul_f32s(simd.transmute_f32s_u32s(magnitude), power);
        let infinite = simd.or_u32s(magnitude, simd.splat_u32s(INFINITE));
        let wide = simd.select_u32s(
            simd.greater_than_or_equal_u32s(magnitude, simd.splat_u32s(31 << 23)),
            infinite,
            simd.transmute_u32s_f32s(scaled),
        );
        let sign = simd.and_u32s(bits, simd.splat_u32s(0x8000));
        let sign = simd.wrapping_dyn_shl_u32s(sign, simd.splat_u32s(16));
        simd.transmute_f32s_u32s(simd.or_u32s(wide, sign))
    }
}

/// No machine has more lanes.
const MOST: usize = 16;

/// A lane for each of the numbers of 16 bits that lie at `at`, or of the first `n`, and zeros. The compiler does not find
/// the instructions by itself; which vectors a machine has follows from their lanes.
#[inline(always)]
unsafe fn lanes_of<S: Simd>(at: *const u16, n: usize) -> S::u32s {
    const { assert!(S::U32_LANES <= MOST) };
    unsafe {
        if n < S::U32_LANES {
            return std::mem::transmute_copy(&first_lanes(at, n));
        }
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{__m128i, __m256i, _mm256_cvtepu16_epi32, _mm512_cvtepu16_epi32};
            if S::U32_LANES == 16 {
                let halves = at.cast::<__m256i>().read_unaligned();
                return std::mem::transmute_copy(&_mm512_cvtepu16_epi32(halves));
            }
            if S::U32_LANES == 8 {
                let halves = at.cast::<__m128i>().read_unaligned();
                return std::mem::transmute_copy(&_mm256_cvtepu16_epi32(halves));
            }
        }
        #[cfg(target_arch = "aarch64")]
        if S::U32_LANES == 4 {
            use std::arch::aarch64::{vld1_u16, vmovl_u16};
            return std::mem::transmute_copy(&vmovl_u16(vld1_u16(at)));
        }
        std::mem::transmute_copy(&first_lanes(at, S::U32_LANES))
    }
}

/// Apart, so that the loops in which whole vectors are loaded stay small.
#[inline(never)]
unsafe fn first_lanes(at: *const u16, n: usize) -> [u32; MOST] {
    let mut lanes = [0; MOST];
    for (i, lane) in lanes[..n].iter_mut().enumerate() {
        *lane = u32::from(unsafe { *at.add(i) });
    }
    lanes
}

/// Calls a function of any type of features with the one that has this number (`FeatureType` of simd).
macro_rules! by_type {
    ($number:expr, $function:ident($($argument:expr),*)) => {
        match $number {
            0 => $function::<f32>($($argument),*),
            1 => $function::<Bfloat16>($($argument),*),
            2 => $function::<Float16>($($argument),*),
            other => Err(format!("there is no type of features {other}")),
        }
    };
}
pub(super) use by_type;

/// A cache line: parts are cut there.
const LANES: usize = 32;

/// out[i] = x[i] of 16 bits, rounded to the nearest, to even between two. Arguments: x, out, n, type of out.
pub fn to_half(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(2)?;
    let (x, out) = (arguments.vector::<f32>(0, n)?, arguments.vector::<u16>(1, n)?);
    in_slices(
        arguments,
        (x, out, n),
        arguments.size(3)?,
        narrow_bfloat16,
        narrow_float16,
    )
}

/// out[i] = x[i], of 16 bits before. Arguments: x, out, n, type of x.
pub fn from_half(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(2)?;
    let (x, out) = (arguments.vector::<u16>(0, n)?, arguments.vector::<f32>(1, n)?);
    in_slices(
        arguments,
        (x, out, n),
        arguments.size(3)?,
        widen_bfloat16,
        widen_float16,
    )
}

fn in_slices<A: 'static, B: 'static>(
    arguments: &Arguments,
    (x, out, n): (Matrix<A>, Matrix<B>, usize),
    kind: usize,
    bfloat16: fn(&[A], &mut [B]),
    float16: fn(&[A], &mut [B]),
) -> Result<Work, String> {
    let convert = match kind {
        1 => bfloat16,
        2 => float16,
        other => return Err(format!("type {other} has no 16 bits")),
    };
    Ok(arguments.in_parts(move |part, parts| {
        let (start, end) = (cut(n, part, parts, LANES), cut(n, part + 1, parts, LANES));
        convert(
            x.from(0, start).slice(0, end - start),
            out.from(0, start).slice(0, end - start),
        );
    }))
}

vectorized! {
    pub fn narrow_bfloat16(x: &[f32], out: &mut [u16]) {
        for (x, out) in x.iter().zip(out) {
            *out = bfloat16_of_f32(*x);
        }
    }
}

vectorized! {
    pub fn narrow_float16(x: &[f32], out: &mut [u16]) {
        for (x, out) in x.iter().zip(out) {
            *out = float16_of_f32(*x);
        }
    }
}

vectorized! {
    pub fn widen_bfloat16(x: &[u16], out: &mut [f32]) {
        for (x, out) in x.iter().zip(out) {
            *out = f32_of_bfloat16(*x);
        }
    }
}

vectorized! {
    pub fn widen_float16(x: &[u16], out: &mut [f32]) {
        for (x, out) in x.iter().zip(out) {
            *out = f32_of_float16(*x);
        }
    }
}

#[inline(always)]
fn f32_of_bfloat16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// NaN stays NaN, and what rounds beyond the largest number is infinite.
#[inline(always)]
fn bfloat16_of_f32(x: f32) -> u16 {
    let bits = x.to_bits();
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
    // One bit, or rounding could make it an infinity.
    let nan = bits >> 16 | 0x40;
    (if bits & 0x7fff_ffff > 0x7f80_0000 { nan } else { rounded }) as u16
}

/// 2¹¹²: the exponents of float16 are 112 below those of float32.
const SCALE: u32 = (127 + 112) << 23;
const INFINITE: u32 = 0x7f80_0000;

/// The product is exact, for subnormal numbers too.
#[inline(always)]
fn f32_of_float16(half: u16) -> f32 {
    let bits = u32::from(half);
    let magnitude = (bits & 0x7fff) << 13;
    let scaled = (f32::from_bits(magnitude) * f32::from_bits(SCALE)).to_bits();
    let wide = if magnitude >= 31 << 23 {
        magnitude | 0x7f80_0000
    } else {
        scaled
    };
    f32::from_bits(wide | (bits & 0x8000) << 16)
}

/// NaN stays NaN, and what rounds beyond the largest number, 65504, is infinite.
///
/// Maratyszcza, FP16 (`fp16_ieee_from_fp32_value`): the addition of a power of two rounds at the last bit of float16.
#[inline(always)]
fn float16_of_f32(x: f32) -> u16 {
    let bits = x.to_bits();
    let doubled = bits << 1;
    // Up and down again, by 2¹¹² and 2⁻¹¹⁰: what is too large becomes infinite.
    let base = x.abs() * f32::from_bits(SCALE) * f32::from_bits((127 - 110) << 23);
    let exponent = (doubled & 0xff00_0000).max(0x7100_0000);
    let rounded = (f32::from_bits((exponent >> 1) + 0x0780_0000) + base).to_bits();
    let magnitude = (rounded >> 13 & 0x7c00) + (rounded & 0x0fff);
    let number = if doubled > 0xff00_0000 { 0x7e00 } else { magnitude };
    (bits >> 16 & 0x8000 | number) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition of IEEE 754, in float64.
    fn value_of(bits: u16) -> f64 {
        let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
        let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3ff) / 1024.0);
        sign * match exponent {
            0 => fraction * 2f64.powi(-14),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
        }
    }

    #[test]
    fn every_float16_is_a_float32_and_comes_back() {
        for bits in 0..=u16::MAX {
            let (wide, value) = (f32_of_float16(bits), value_of(bits));
            if value.is_nan() {
                assert!(wide.is_nan());
                assert!(f32_of_float16(float16_of_f32(wide)).is_nan());
            } else {
                assert_eq!(f64::from(wide), value);
                assert_eq!(float16_of_f32(wide), bits);
            }
        }
    }

    #[test]
    fn every_bfloat16_comes_back() {
        for bits in 0..=u16::MAX {
            let wide = f32_of_bfloat16(bits);
            let back = bfloat16_of_f32(wide);
            assert!(back == bits || wide.is_nan() && f32_of_bfloat16(back).is_nan());
        }
    }

    /// What lies between two neighbours goes to the nearer one, and in the middle to the even one.
    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        type Narrow = fn(f32) -> u16;
        type Widen = fn(u16) -> f32;
        let types: [(Narrow, Widen, u16); 2] = [
            (float16_of_f32, f32_of_float16, 0x7bff),
            (bfloat16_of_f32, f32_of_bfloat16, 0x7f7f),
        ];
        for (narrow, widen, largest) in types {
            for below in 0..largest {
                let (low, high) = (widen(below), widen(below + 1));
                let middle = ((f64::from(low) + f64::from(high)) / 2.0) as f32;
                let even = if below % 2 == 0 { below } else { below + 1 };
                for sign in [1.0, -1.0] {
                    let bit = if sign < 0.0 { 0x8000 } else { 0 };
                    // The middle of two subnormal bfloat16 is a float32 as well.
                    assert_eq!(narrow(sign * middle), even | bit);
                    assert_eq!(narrow(sign * middle.next_down()), below | bit);
                    assert_eq!(narrow(sign * middle.next_up()), (below + 1) | bit);
                }
            }
            let infinite = largest + 1;
            let step = widen(largest) - widen(largest - 1);
            assert_eq!(narrow((widen(largest) + step / 2.0).next_down()), largest);
            assert_eq!(narrow(widen(largest) + step / 2.0), infinite);
            assert_eq!(narrow(f32::INFINITY), infinite);
            assert_eq!(narrow(f32::NEG_INFINITY), infinite | 0x8000);
            assert!(widen(narrow(f32::from_bits(0x7f80_0001))).is_nan());
        }
    }
}
