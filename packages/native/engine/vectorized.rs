//! Loops that the compiler turns into vector instructions, once for each set of instructions a machine may have.

use std::sync::OnceLock;

use pulp::WithSimd;

/// A function whose body is compiled for AVX-512, for AVX2 with FMA, and for what every machine has (which on ARM is
/// NEON); which one runs is chosen when it is called. Whatever the body calls must be `#[inline(always)]`.
macro_rules! vectorized {
    ($(#[$doc:meta])* pub fn $name:ident($($argument:ident: $kind:ty),* $(,)?) $body:block) => {
        $(#[$doc])*
        pub fn $name($($argument: $kind),*) {
            #[allow(clippy::too_many_arguments)]
            #[inline(always)]
            fn body($($argument: $kind),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[allow(clippy::too_many_arguments)]
                #[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,lzcnt,popcnt")]
                fn avx512($($argument: $kind),*) {
                    body($($argument),*)
                }
                #[allow(clippy::too_many_arguments)]
                #[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt")]
                fn avx2($($argument: $kind),*) {
                    body($($argument),*)
                }
                match $crate::vectorized::instructions() {
                    $crate::vectorized::Instructions::Avx512 => return unsafe { avx512($($argument),*) },
                    $crate::vectorized::Instructions::Avx2 => return unsafe { avx2($($argument),*) },
                    $crate::vectorized::Instructions::Baseline => {}
                }
            }
            body($($argument),*)
        }
    };
}
pub(crate) use vectorized;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Baseline,
}

/// The environment variable that forbids better instructions than it names, so that all can be tested on one machine.
const MOST: &str = "KERNEL_METHODS_INSTRUCTIONS";

/// The best that this machine has, and the environment allows.
pub fn instructions() -> Instructions {
    static BEST: OnceLock<Instructions> = OnceLock::new();
    *BEST.get_or_init(|| {
        let most = std::env::var(MOST).unwrap_or_default();
        match (best(), most.as_str()) {
            (_, "baseline") => Instructions::Baseline,
            #[cfg(target_arch = "x86_64")]
            (Instructions::Avx512, "avx2") => Instructions::Avx2,
            (best, _) => best,
        }
    })
}

fn best() -> Instructions {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        let avx2 = has!("avx2") && has!("fma") && has!("bmi1") && has!("bmi2") && has!("lzcnt") && has!("popcnt");
        if avx2 && has!("avx512f") && has!("avx512bw") && has!("avx512cd") && has!("avx512dq") && has!("avx512vl") {
            return Instructions::Avx512;
        }
        if avx2 {
            return Instructions::Avx2;
        }
    }
    Instructions::Baseline
}

/// Runs what is written with vectors of any length, with those of `instructions`.
pub fn dispatch<O: WithSimd>(operation: O) -> O::Output {
    #[cfg(target_arch = "x86_64")]
    {
        use pulp::Simd;
        use pulp::x86::{V3, V4};
        let instructions = instructions();
        if instructions == Instructions::Avx512
            && let Some(simd) = V4::try_new()
        {
            return Simd::vectorize(simd, operation);
        }
        if instructions != Instructions::Baseline
            && let Some(simd) = V3::try_new()
        {
            return Simd::vectorize(simd, operation);
        }
        Simd::vectorize(pulp::Scalar::new(), operation)
    }
    #[cfg(not(target_arch = "x86_64"))]
    pulp::Arch::new().dispatch(operation)
}
