//! What a kernel is called with: an array of float64, as the WebAssembly kernels are.

use crate::memory::{Matrix, Memory};

pub struct Arguments<'a> {
    pub memory: &'a Memory,
    /// In how many parts the caller cuts the work.
    pub parts: usize,
    /// How many threads share it.
    pub threads: usize,
}

impl Arguments<'_> {
    pub fn f64(&self, i: usize) -> f64 {
        self.memory.argument(i)
    }

    pub fn f32(&self, i: usize) -> f32 {
        self.memory.argument(i) as f32
    }

    pub fn flag(&self, i: usize) -> bool {
        self.memory.argument(i) != 0.0
    }

    /// A whole number, 0 or above: a size, a stride or a pointer.
    pub fn size(&self, i: usize) -> Result<usize, String> {
        let value = self.memory.argument(i);
        if (0.0..=9007199254740992.0).contains(&value) && value.fract() == 0.0 {
            Ok(value as usize)
        } else {
            Err(format!(
                "argument {i} must be a whole number, 0 or above. Received: {value}"
            ))
        }
    }

    /// The matrix that pointer `i` points to.
    pub fn matrix<T>(&self, i: usize, rows: usize, columns: usize, ld: usize) -> Result<Matrix<T>, String> {
        self.memory.matrix(self.size(i)?, rows, columns, ld)
    }

    pub fn vector<T>(&self, i: usize, length: usize) -> Result<Matrix<T>, String> {
        self.matrix(i, 1, length, length)
    }

    /// The vector that pointer `i` points to, unless that is 0.
    pub fn optional<T>(&self, i: usize, length: usize) -> Result<Option<Matrix<T>>, String> {
        if self.flag(i) {
            self.vector(i, length).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Work in as many parts as the caller asks for.
    pub fn in_parts(&self, part: impl Fn(usize, usize) + Send + Sync + 'static) -> Work {
        let parts = self.parts;
        Work {
            parts,
            part: Box::new(move |i| part(i, parts)),
        }
    }
}

/// What is left to do once the arguments are checked: parts, in any order, on any thread.
pub struct Work {
    pub parts: usize,
    pub part: Box<dyn Fn(usize) + Send + Sync>,
}

impl Work {
    pub fn new(parts: usize, part: impl Fn(usize) + Send + Sync + 'static) -> Self {
        Work {
            parts,
            part: Box::new(part),
        }
    }
}

/// Where part `part` of `parts` begins among `n` items, which are cut only at multiples of `unit`.
pub fn cut(n: usize, part: usize, parts: usize, unit: usize) -> usize {
    (n.div_ceil(unit) * part / parts * unit).min(n)
}
