//! Elementary functions of float32, as in simd's assembly/exponentials.ts: the same polynomials. None branches, so that
//! a loop over them becomes vectors.

const LOG2E: f32 = std::f32::consts::LOG2_E;
/// Adding 1.5·2^23 rounds to a whole number, which is then in the low bits.
const MAGIC: f32 = 12582912.0;
// ln 2 in two parts. The first has few bits, so its product with a small whole number is exact.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;

#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    coefficients[1..].iter().fold(coefficients[0], |p, &c| p.mul_add(x, c))
}

#[inline(always)]
fn power2(k: i32) -> f32 {
    f32::from_bits(((k + 127) as u32) << 23)
}

/// e^x: within 2 units in the last place; subnormal results, infinities and NaN are exact.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Outside of these bounds the result is 0 or infinite. NaN passes.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x.mul_add(LOG2E, MAGIC);
    let whole = shifted - MAGIC;
    let r = (-whole).mul_add(LN2_LOW, (-whole).mul_add(LN2_HIGH, x));
    let p = polynomial(
        r,
        [
            1.9875691500e-4,
            1.3981999507e-3,
            8.3334519073e-3,
            4.1665795894e-2,
            1.6666665459e-1,
            5.0000001201e-1,
        ],
    );
    let reduced = (r * r).mul_add(p, r) + 1.0;
    // 2^n as two factors, since n may exceed the exponents of a single float32.
    let n = (shifted.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32);
    // Of NaN any power will do.
    let half = (n >> 1).clamp(-126, 127);
    reduced * power2(half) * power2((n.wrapping_sub(half)).clamp(-126, 127))
}

/// e^x − 1, without cancellation near 0.
#[inline(always)]
pub fn expm1(x: f32) -> f32 {
    // The Taylor series to x⁸ is exact in float32 below ½.
    let p = polynomial(
        x,
        [
            2.48015873e-5,
            1.98412698e-4,
            1.38888889e-3,
            8.33333333e-3,
            4.16666667e-2,
            1.66666667e-1,
            0.5,
        ],
    );
    let near = (x * x).mul_add(p, x);
    let far = exp(x) - 1.0;
    if x.abs() < 0.5 { near } else { far }
}

/// ln x; 0 gives −∞, below 0 NaN.
#[inline(always)]
pub fn log(x: f32) -> f32 {
    let tiny = x < f32::MIN_POSITIVE;
    let scaled = if tiny { x * 8388608.0 } else { x };
    // x = m·2^e with m in [√½, √2).
    let bits = (scaled.to_bits() as i32).wrapping_sub(0x3f3504f3);
    let e = (bits >> 23) as f32 - if tiny { 23.0 } else { 0.0 };
    let m = f32::from_bits((bits & 0x7fffff).wrapping_add(0x3f3504f3) as u32);
    let f = m - 1.0;
    let z = f * f;
    let p = polynomial(
        f,
        [
            7.0376836292e-2,
            -1.1514610310e-1,
            1.1676998740e-1,
            -1.2420140846e-1,
            1.4249322787e-1,
            -1.6668057665e-1,
            2.0000714765e-1,
            -2.4999993993e-1,
            3.3333331174e-1,
        ],
    );
    let y = e.mul_add(LN2_LOW, p * f * z);
    let y = z.mul_add(-0.5, y);
    let y = e.mul_add(LN2_HIGH, f + y);
    // x itself where it is +∞ or NaN; −∞ at 0; NaN below it.
    let y = if x < f32::INFINITY { y } else { x };
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    if x < 0.0 { f32::NAN } else { y }
}

/// ln(1 + x), without cancellation near 0: what is lost by rounding 1 + x is added, to first order.
#[inline(always)]
pub fn log1p(x: f32) -> f32 {
    let u = x + 1.0;
    let lost = (x - (u - 1.0)) / u;
    log(u) + if u > 0.0 && u < f32::INFINITY { lost } else { 0.0 }
}

/// 1 / (1 + e^−x). Below −87 it is e^x, since e^−x overflows before the result is 0.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    let below = x < -87.0;
    let e = exp(if below { x } else { -x });
    let quotient = 1.0 / (1.0 + e);
    if below { e } else { quotient }
}

/// A polynomial below 0.625, 1 − 2/(e^2|x| + 1) above.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let z = x * x;
    let p = polynomial(
        z,
        [
            -5.70498872745e-3,
            2.06390887954e-2,
            -5.37397155531e-2,
            1.33314422036e-1,
            -3.33332819422e-1,
        ],
    );
    let near = (p * z).mul_add(size, size);
    let far = 1.0 - 2.0 / (exp(size + size) + 1.0);
    (if size < 0.625 { near } else { far }).copysign(x)
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|)
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    (if x < 0.0 { 0.0 } else { x }) + log1p(exp(-x.abs()))
}

// π/2 in three parts: the first two have 25 bits, so that their products with a whole number below 2^27 are exact.
const HALF_PI_1: f64 = f64::from_bits(0x3ff921fb50000000);
const HALF_PI_2: f64 = f64::from_bits(0x3e5110b460000000);
const HALF_PI_3: f64 = 6.123233995736766e-17;
const MAGIC64: f64 = 6755399441055744.0;
/// Up to here `circular` is right.
pub const CIRCULAR: f32 = 1e8;

/// sin(x + quarter·π/2) for |x| up to `CIRCULAR`, by float64.
#[inline(always)]
pub fn circular(x: f32, quarter: u64) -> f32 {
    let x = f64::from(x);
    let shifted = x.mul_add(std::f64::consts::FRAC_2_PI, MAGIC64);
    let turns = shifted - MAGIC64;
    let r = (-turns).mul_add(HALF_PI_3, (-turns).mul_add(HALF_PI_2, (-turns).mul_add(HALF_PI_1, x)));
    let z = r * r;
    // sin and cos on [−π/4, π/4], as FreeBSD's sinf and cosf have them.
    let p = 0.0000027183114939898219064f64;
    let p = z.mul_add(p, -0.000198393348360966317347);
    let p = z.mul_add(p, 0.0083333293858894631756);
    let p = z.mul_add(p, -0.166666666416265235595);
    let sine = r * z.mul_add(p, 1.0);
    let p = 0.0000243904487962774090654f64;
    let p = z.mul_add(p, -0.00138867637746099294692);
    let p = z.mul_add(p, 0.0416666233237390631894);
    let p = z.mul_add(p, -0.499999997251031003120);
    let cosine = z.mul_add(p, 1.0);
    let quarters = shifted.to_bits().wrapping_add(quarter);
    let value = if quarters & 1 == 0 { sine } else { cosine };
    (if quarters & 2 == 0 { value } else { -value }) as f32
}

/// The same above it; not a number where x is not finite.
#[cold]
pub fn circular_far(x: f32, quarter: u64) -> f32 {
    let x = f64::from(x);
    let value = if quarter == 0 { x.sin() } else { x.cos() };
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error in units in the last place, over float32 of all sizes in an interval.
    fn error(f: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64, from: f32, to: f32) -> f64 {
        let count = 20000;
        (0..=count)
            .map(|i| from + (to - from) * i as f32 / count as f32)
            .map(|x| {
                let expected = exact(f64::from(x));
                let unit = f64::from((expected as f32).abs().next_up() - (expected as f32).abs());
                (f64::from(f(x)) - expected).abs() / unit
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn functions_are_within_a_few_units_of_the_exact_ones() {
        assert!(error(exp, f64::exp, -87.0, 88.7) < 2.0);
        assert!(error(exp, f64::exp, -103.0, -87.0) < 2.0);
        assert!(error(expm1, f64::exp_m1, -2.0, 2.0) < 4.0);
        assert!(error(log, f64::ln, 1e-3, 2.0) < 2.0);
        assert!(error(log, f64::ln, 2.0, 1e30) < 2.0);
        assert!(error(log1p, f64::ln_1p, -0.9, 3.0) < 4.0);
        assert!(error(sigmoid, |x| 1.0 / (1.0 + (-x).exp()), -100.0, 20.0) < 4.0);
        assert!(error(tanh, f64::tanh, -3.0, 3.0) < 4.0);
        assert!(error(softplus, |x| x.exp().ln_1p(), -20.0, 20.0) < 4.0);
        assert!(error(|x| circular(x, 0), f64::sin, 1.0, 2.0) < 1.0);
        assert!(error(|x| circular(x, 1), f64::cos, 2.0, 4.0) < 1.0);
        assert!(error(|x| circular(x, 0), f64::sin, 9.9e7, 1e8) < 1.0);
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(
            [exp(f32::NEG_INFINITY), exp(f32::INFINITY), exp(0.0)],
            [0.0, f32::INFINITY, 1.0]
        );
        assert!(
            [exp, log, log1p, expm1, tanh, sigmoid, softplus]
                .iter()
                .all(|f| f(f32::NAN).is_nan())
        );
        assert_eq!([log(0.0), log(f32::INFINITY)], [f32::NEG_INFINITY, f32::INFINITY]);
        assert!(log(-1.0).is_nan());
        assert_eq!(log(f32::from_bits(1)), -103.27893);
        assert_eq!([tanh(-0.0).to_bits(), circular(-0.0, 0).to_bits()], [0x8000_0000; 2]);
        assert_eq!([tanh(50.0), tanh(f32::NEG_INFINITY)], [1.0, -1.0]);
        assert_eq!([sigmoid(f32::NEG_INFINITY), sigmoid(f32::INFINITY)], [0.0, 1.0]);
        assert!(circular_far(f32::INFINITY, 0).is_nan());
    }
}
