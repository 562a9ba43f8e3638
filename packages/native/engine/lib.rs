//! The native engine of @kernel-methods/simd: kernels by the names, and with the arguments, that its own modules have,
//! on the memory that it owns.

mod arguments;
mod kernels;
mod memory;
mod pool;
mod vectorized;

use std::panic::{AssertUnwindSafe, catch_unwind};

use arguments::Arguments;
use memory::Memory;
use napi::bindgen_prelude::{Error, Result, Uint8Array};
use napi_derive::napi;
use pool::Pool;
use vectorized::Instructions;

/// Kernels over one memory, and the threads that share their work. It belongs to one JavaScript thread.
#[napi]
pub struct Engine {
    memory: Memory,
    pool: Pool,
}

#[napi]
impl Engine {
    /// `buffer`: all of the memory. JavaScript keeps it alive, and calls `attach` whenever it grows.
    #[napi(constructor)]
    pub fn new(buffer: Uint8Array) -> Self {
        Engine {
            memory: memory_of(&buffer),
            pool: Pool::new(),
        }
    }

    #[napi]
    pub fn attach(&mut self, buffer: Uint8Array) {
        self.memory = memory_of(&buffer);
    }

    /// Runs kernel number `kernel` of `kernelNames`, whose arguments stand in the memory, in `parts` parts.
    #[napi]
    pub fn run(&mut self, kernel: u32, parts: u32, threads: u32) -> Result<()> {
        let Some((name, start)) = kernels::KERNELS.get(kernel as usize) else {
            return Err(Error::from_reason(format!("There is no kernel number {kernel}.")));
        };
        let Engine { memory, pool } = self;
        let (parts, threads) = (parts.max(1) as usize, threads.max(1) as usize);
        catch_unwind(AssertUnwindSafe(|| {
            let work = start(&Arguments { memory, parts, threads })?;
            pool.run(work.parts, threads, &*work.part)
        }))
        .unwrap_or_else(|payload| Err(pool::message_of(&payload)))
        .map_err(|message| Error::from_reason(format!("{name}: {message}.")))
    }

    /// Ends the threads.
    #[napi]
    pub fn dispose(&mut self) {
        self.pool = Pool::new();
    }
}

fn memory_of(buffer: &Uint8Array) -> Memory {
    let bytes: &[u8] = buffer.as_ref();
    unsafe { Memory::new(bytes.as_ptr().cast_mut(), bytes.len()) }
}

/// The kernels that are here, in the order of their numbers.
#[napi]
pub fn kernel_names() -> Vec<&'static str> {
    kernels::KERNELS.iter().map(|(name, _)| *name).collect()
}

/// The instructions that the kernels use on this machine.
#[napi]
pub fn instructions() -> &'static str {
    match vectorized::instructions() {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => "AVX-512",
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => "AVX2",
        Instructions::Baseline if cfg!(target_arch = "aarch64") => "NEON",
        Instructions::Baseline => "no vectors of more than 128 bits",
    }
}

/// The version of what kernels are called with: simd takes no other.
#[napi]
pub fn contract() -> u32 {
    1
}
