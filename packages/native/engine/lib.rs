//! The native engine of @kernel-methods/simd: kernels by the names, and with the arguments, that its own modules have,
//! on the memory that it owns.

mod arguments;
mod aside;
mod kernels;
mod memory;
mod pool;
mod vectorized;

use std::panic::{AssertUnwindSafe, catch_unwind};

use arguments::{Arguments, Work};
use aside::Aside;
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
    aside: Aside,
}

#[napi]
impl Engine {
    /// `buffer`: all of the memory. JavaScript keeps it alive, and calls `attach` whenever it grows.
    #[napi(constructor)]
    pub fn new(buffer: Uint8Array) -> Self {
        Engine {
            memory: memory_of(&buffer),
            pool: Pool::new(),
            aside: Aside::default(),
        }
    }

    #[napi]
    pub fn attach(&mut self, buffer: Uint8Array) {
        self.memory = memory_of(&buffer);
    }

    /// Runs kernel number `kernel` of `kernelNames`, whose arguments stand in the memory: of `parts` parts those from
    /// `from` up to `to`. A kernel may cut its work finer.
    #[napi]
    pub fn run(&mut self, kernel: u32, parts: u32, from: u32, to: u32, threads: u32) -> Result<()> {
        let (parts, threads) = (parts.max(1) as usize, threads.max(1) as usize);
        let (name, work) = start(&self.memory, kernel, parts, threads)?;
        let share = |i: u32| work.parts * (i as usize).min(parts) / parts;
        let (first, end) = (share(from), share(to));
        self.pool
            .run(end.saturating_sub(first), threads, &|part| (work.part)(first + part))
            .map_err(|message| error(name, &message))
    }

    /// Begins a kernel aside, and returns at once. The memory may neither move nor be freed until it is done. One at a
    /// time: a second one waits for the first.
    #[napi]
    pub fn begin(&mut self, kernel: u32, threads: u32) -> Result<()> {
        self.aside.end();
        let threads = threads.max(1) as usize;
        let (name, work) = start(&self.memory, kernel, 1, threads)?;
        self.aside.begin(name, work, threads);
        Ok(())
    }

    /// Waits for the kernel aside, at most so many milliseconds; whether it is done, or there is none.
    #[napi]
    pub fn wait(&mut self, milliseconds: u32) -> Result<bool> {
        self.aside
            .wait(milliseconds)
            .map_err(|(name, message)| error(name, &message))
    }

    /// Ends the threads.
    #[napi]
    pub fn dispose(&mut self) {
        self.aside = Aside::default();
        self.pool = Pool::new();
    }
}

/// Checks what a kernel is called with.
fn start(memory: &Memory, kernel: u32, parts: usize, threads: usize) -> Result<(&'static str, Work)> {
    let Some(&(name, kernel)) = kernels::KERNELS.get(kernel as usize) else {
        return Err(Error::from_reason(format!("There is no kernel number {kernel}.")));
    };
    let arguments = Arguments { memory, parts, threads };
    catch_unwind(AssertUnwindSafe(|| kernel(&arguments)))
        .unwrap_or_else(|payload| Err(pool::message_of(&*payload)))
        .map(|work| (name, work))
        .map_err(|message| error(name, &message))
}

fn error(name: &str, message: &str) -> Error {
    Error::from_reason(format!("{name}: {message}."))
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
    3
}
