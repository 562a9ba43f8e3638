//! Steps of optimizers.

use crate::arguments::{Arguments, Work, cut};
use crate::memory::Matrix;
use crate::vectorized::vectorized;

/// A cache line: parts are cut there.
const LANES: usize = 16;

pub struct Adam {
    rate: f32,
    correction: f32,
    epsilon: f32,
    /// beta1 and 1 − beta1, beta2 and 1 − beta2.
    first: (f32, f32),
    second: (f32, f32),
    l2: f32,
}

/// A step of Adam, in place: g' = g + l2·w, m = beta1·m + (1 − beta1)·g', v = beta2·v + (1 − beta2)·g'²,
/// w −= rate·m / (correction·√v + epsilon). Arguments: w, g, m, v, n, rate, correction, epsilon, beta1, 1 − beta1,
/// beta2, 1 − beta2, l2.
pub fn adam(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(4)?;
    let [w, g, m, v] = [0, 1, 2, 3].map(|i| arguments.vector::<f32>(i, n));
    let (w, g, m, v) = (w?, g?, m?, v?);
    let settings = Adam {
        rate: arguments.f32(5),
        correction: arguments.f32(6),
        epsilon: arguments.f32(7),
        first: (arguments.f32(8), arguments.f32(9)),
        second: (arguments.f32(10), arguments.f32(11)),
        l2: arguments.f32(12),
    };
    Ok(arguments.in_parts(move |part, parts| {
        let (start, end) = (cut(n, part, parts, LANES), cut(n, part + 1, parts, LANES));
        let of = |x: Matrix<f32>| x.from(0, start).slice(0, end - start);
        adam_step(of(w), of(g), of(m), of(v), &settings);
    }))
}

vectorized! {
    pub fn adam_step(w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], s: &Adam) {
        for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
            let g = s.l2.mul_add(*w, *g);
            *m = s.first.1.mul_add(g, s.first.0 * *m);
            *v = s.second.1.mul_add(g * g, s.second.0 * *v);
            *w -= s.rate * *m / s.correction.mul_add(v.sqrt(), s.epsilon);
        }
    }
}

pub struct Descent {
    rate: f32,
    momentum: f32,
    nesterov: bool,
    l2: f32,
}

/// A step of gradient descent, in place: g' = g + l2·w, v = momentum·v + g', w −= rate·v, or rate·(g' + momentum·v) with
/// Nesterov's momentum. Arguments: w, g, v or 0, n, rate, momentum, nesterov, l2.
pub fn descend(arguments: &Arguments) -> Result<Work, String> {
    let n = arguments.size(3)?;
    let (w, g) = (arguments.vector::<f32>(0, n)?, arguments.vector::<f32>(1, n)?);
    let velocity = arguments.optional::<f32>(2, n)?;
    let settings = Descent {
        rate: arguments.f32(4),
        momentum: arguments.f32(5),
        nesterov: arguments.flag(6),
        l2: arguments.f32(7),
    };
    Ok(arguments.in_parts(move |part, parts| {
        let (start, end) = (cut(n, part, parts, LANES), cut(n, part + 1, parts, LANES));
        let of = |x: Matrix<f32>| x.from(0, start).slice(0, end - start);
        match velocity {
            Some(velocity) => momentum_step(of(w), of(g), of(velocity), &settings),
            None => plain_step(of(w), of(g), &settings),
        }
    }))
}

vectorized! {
    pub fn momentum_step(w: &mut [f32], g: &[f32], v: &mut [f32], s: &Descent) {
        for ((w, g), v) in w.iter_mut().zip(g).zip(v) {
            let g = s.l2.mul_add(*w, *g);
            *v = s.momentum.mul_add(*v, g);
            let step = if s.nesterov { s.momentum.mul_add(*v, g) } else { *v };
            *w = (-s.rate).mul_add(step, *w);
        }
    }
}

vectorized! {
    pub fn plain_step(w: &mut [f32], g: &[f32], s: &Descent) {
        for (w, g) in w.iter_mut().zip(g) {
            *w = (-s.rate).mul_add(s.l2.mul_add(*w, *g), *w);
        }
    }
}
