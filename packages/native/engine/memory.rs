//! The memory that JavaScript owns: every access of a kernel is checked against its size before the kernel starts.

use std::marker::PhantomData;

/// The first bytes hold null, constants and the words of the WebAssembly engine: no kernel's operand lies there.
const RESERVED: usize = 65536;

/// Where the arguments of a kernel stand: `MAX_ARGUMENTS` float64 (`ARGS` of simd's pool.ts).
pub const ARGUMENTS: usize = 32768;
pub const MAX_ARGUMENTS: usize = 128;

#[derive(Clone, Copy)]
pub struct Memory {
    base: *mut u8,
    size: usize,
}

// Kernels run on threads of the pool while the thread that owns the memory waits.
unsafe impl Send for Memory {}
unsafe impl Sync for Memory {}

impl Memory {
    /// # Safety
    /// `size` bytes at `base` stay valid as long as the memory is in use.
    pub unsafe fn new(base: *mut u8, size: usize) -> Self {
        Memory { base, size }
    }

    /// Argument `i` of the kernel that is called.
    pub fn argument(&self, i: usize) -> f64 {
        assert!(i < MAX_ARGUMENTS && ARGUMENTS + 8 * MAX_ARGUMENTS <= self.size);
        unsafe { self.base.add(ARGUMENTS).cast::<f64>().add(i).read_unaligned() }
    }

    /// A matrix of `rows` rows of `columns` numbers, `ld` numbers apart, if all of it lies in the memory.
    pub fn matrix<T>(&self, pointer: usize, rows: usize, columns: usize, ld: usize) -> Result<Matrix<T>, String> {
        let size = size_of::<T>();
        let numbers = if rows == 0 || columns == 0 {
            Some(0)
        } else {
            (rows - 1).checked_mul(ld).and_then(|n| n.checked_add(columns))
        };
        let end = numbers
            .and_then(|n| n.checked_mul(size))
            .and_then(|bytes| bytes.checked_add(pointer));
        match (numbers, end) {
            (Some(0), _) => {}
            (_, Some(end)) if pointer >= RESERVED && end <= self.size && pointer.is_multiple_of(size) => {}
            _ => {
                return Err(format!(
                    "{rows}×{columns} numbers at {pointer}, {ld} apart, are not in the memory of {} bytes",
                    self.size
                ));
            }
        }
        // Nothing is read of an empty matrix.
        let offset = if numbers == Some(0) { 0 } else { pointer };
        Ok(Matrix {
            data: unsafe { self.base.add(offset) }.cast(),
            ld,
            kind: PhantomData,
        })
    }
}

/// Rows of numbers in the memory. Copies alias: a kernel's parts write what belongs to them alone.
pub struct Matrix<T> {
    data: *mut T,
    pub ld: usize,
    kind: PhantomData<T>,
}

impl<T> Clone for Matrix<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Matrix<T> {}
unsafe impl<T> Send for Matrix<T> {}
unsafe impl<T> Sync for Matrix<T> {}

impl<T> Matrix<T> {
    /// Where number `j` of row `i` lies; for a vector, `at(0, j)`.
    #[inline(always)]
    pub fn at(&self, i: usize, j: usize) -> *mut T {
        self.data.wrapping_add(i * self.ld + j)
    }
}

impl<T> Matrix<T> {
    /// Row `i`, of `columns` numbers. The caller knows that it lies in the matrix, and that no other part writes it.
    #[inline(always)]
    pub fn slice<'a>(&self, i: usize, columns: usize) -> &'a mut [T] {
        unsafe { std::slice::from_raw_parts_mut(self.at(i, 0), columns) }
    }

    /// The part of the matrix that begins at row `i`, column `j`.
    pub fn from(&self, i: usize, j: usize) -> Self {
        Matrix {
            data: self.at(i, j),
            ..*self
        }
    }
}

impl<T> Matrix<T> {
    /// Rows of `ld` numbers outside of the memory. The caller keeps them.
    pub fn of(numbers: &mut [T], ld: usize) -> Self {
        Matrix {
            data: numbers.as_mut_ptr(),
            ld,
            kind: PhantomData,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_is_refused() {
        let size = RESERVED + 1024;
        let mut bytes = vec![0u64; size / 8];
        let memory = unsafe { Memory::new(bytes.as_mut_ptr().cast(), size) };
        let floats = |pointer, rows, columns, ld| memory.matrix::<f32>(pointer, rows, columns, ld);
        assert!(floats(RESERVED, 16, 16, 16).is_ok());
        assert!(floats(RESERVED, 16, 17, 16).is_err());
        assert!(floats(RESERVED, 17, 16, 16).is_err());
        assert!(floats(RESERVED, 2, 16, 240).is_ok());
        assert!(floats(RESERVED, 2, 16, 241).is_err());
        assert!(floats(RESERVED - 4, 1, 1, 1).is_err());
        assert!(floats(RESERVED + 2, 1, 1, 1).is_err());
        assert!(floats(RESERVED, usize::MAX, usize::MAX, usize::MAX).is_err());
        assert!(floats(usize::MAX - 3, 1, 1, 1).is_err());
        // Nothing is read of an empty matrix, wherever it is.
        assert!(floats(usize::MAX, 0, 5, 5).is_ok());
        let last = floats(RESERVED, 16, 16, 16).unwrap().at(15, 15);
        unsafe { *last = 7.0 };
        assert_eq!(unsafe { last.read() }, 7.0);
    }
}
