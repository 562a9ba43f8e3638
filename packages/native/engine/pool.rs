//! Threads that share the parts of a job with the caller. Parts are taken by a compare-and-swap on a ticket whose high
//! half counts jobs, so a thread that comes late takes nothing of a job that it does not know.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, Thread};

/// How often an idle thread looks before it sleeps: some microseconds.
const SPINS: usize = 4000;
/// The low half of a ticket of which no part is left.
const CLOSED: u64 = u32::MAX as u64;

type Part<'a> = &'a (dyn Fn(usize) + Sync);

pub struct Pool {
    state: Arc<State>,
    workers: Vec<(JoinHandle<()>, Arc<AtomicBool>)>,
    job: u64,
}

struct State {
    ticket: AtomicU64,
    /// Where the caller keeps the job's `Part`.
    part: AtomicUsize,
    parts: AtomicUsize,
    done: AtomicUsize,
    /// Workers from this one on take nothing.
    limit: AtomicUsize,
    /// The one thread that calls `run`.
    caller: Thread,
    caller_sleeps: AtomicBool,
    panic: Mutex<Option<String>>,
    ended: AtomicBool,
}

impl Pool {
    pub fn new() -> Self {
        let state = State {
            ticket: AtomicU64::new(CLOSED),
            part: AtomicUsize::new(0),
            parts: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            limit: AtomicUsize::new(0),
            caller: thread::current(),
            caller_sleeps: AtomicBool::new(false),
            panic: Mutex::new(None),
            ended: AtomicBool::new(false),
        };
        Pool {
            state: Arc::new(state),
            workers: Vec::new(),
            job: 0,
        }
    }

    /// Runs every part here and on other threads; all are done when it returns. A panic of a part is an error.
    pub fn run(&mut self, parts: usize, threads: usize, part: Part) -> Result<(), String> {
        let workers = threads.min(parts).saturating_sub(1);
        if workers == 0 {
            for i in 0..parts {
                guarded(part, i)?;
            }
            return Ok(());
        }
        self.start(workers);
        let workers = workers.min(self.workers.len());
        let state = &self.state;
        self.job = (self.job + 1) & 0xffff_ffff;
        let ticket = self.job << 32;
        // Closed meanwhile: a worker that still looks for parts of the last job finds none.
        state.ticket.store(ticket | CLOSED, SeqCst);
        state.part.store(&raw const part as usize, Relaxed);
        state.parts.store(parts, Relaxed);
        state.limit.store(workers, Relaxed);
        state.done.store(0, Relaxed);
        state.caller_sleeps.store(false, Relaxed);
        state.ticket.store(ticket, SeqCst);
        for (handle, sleeps) in &self.workers[..workers] {
            if sleeps.swap(false, SeqCst) {
                handle.thread().unpark();
            }
        }
        while let Some((i, _)) = state.take(self.job) {
            state.run(part, i);
        }
        state.wait(parts);
        match state.panic.lock().unwrap().take() {
            Some(message) => Err(message),
            None => Ok(()),
        }
    }

    fn start(&mut self, workers: usize) {
        while self.workers.len() < workers {
            let (index, state) = (self.workers.len(), self.state.clone());
            let sleeps = Arc::new(AtomicBool::new(false));
            let mine = sleeps.clone();
            let name = "kernel-methods".to_string();
            match thread::Builder::new()
                .name(name)
                .spawn(move || state.work(index, &mine))
            {
                Ok(handle) => self.workers.push((handle, sleeps)),
                // The system gives no more: the others and the caller do it all.
                Err(_) => return,
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.state.ended.store(true, SeqCst);
        for (handle, _) in self.workers.drain(..) {
            handle.thread().unpark();
            let _ = handle.join();
        }
    }
}

impl State {
    /// The next part of a job, while there is one, and where the job's `Part` is.
    fn take(&self, job: u64) -> Option<(usize, usize)> {
        loop {
            let ticket = self.ticket.load(Acquire);
            let next = ticket & CLOSED;
            if ticket >> 32 != job || next >= self.parts.load(Relaxed) as u64 {
                return None;
            }
            // Read between the two looks at the ticket: where the second finds it unchanged, it is this job's.
            let part = self.part.load(Relaxed);
            if self
                .ticket
                .compare_exchange(ticket, ticket + 1, AcqRel, Relaxed)
                .is_ok()
            {
                return Some((next as usize, part));
            }
        }
    }

    fn run(&self, part: Part, i: usize) {
        if let Err(message) = guarded(part, i) {
            self.panic.lock().unwrap().get_or_insert(message);
        }
        self.done.fetch_add(1, SeqCst);
    }

    fn wait(&self, parts: usize) {
        for _ in 0..SPINS {
            if self.done.load(Acquire) == parts {
                return;
            }
            std::hint::spin_loop();
        }
        self.caller_sleeps.store(true, SeqCst);
        while self.done.load(SeqCst) < parts {
            thread::park();
        }
        self.caller_sleeps.store(false, SeqCst);
    }

    fn work(&self, index: usize, sleeps: &AtomicBool) {
        let mut seen = 0;
        while let Some(job) = self.next(seen, sleeps) {
            seen = job;
            if index >= self.limit.load(Relaxed) {
                continue;
            }
            while let Some((i, part)) = self.take(job) {
                // The caller keeps it until every part is done.
                self.run(unsafe { *(part as *const Part) }, i);
                if self.done.load(SeqCst) == self.parts.load(Relaxed) && self.caller_sleeps.load(SeqCst) {
                    self.caller.unpark();
                }
            }
        }
    }

    /// Waits for a job other than `seen`; nothing when the pool ends.
    fn next(&self, seen: u64, sleeps: &AtomicBool) -> Option<u64> {
        let mut spins = 0;
        loop {
            let job = self.ticket.load(Acquire) >> 32;
            if self.ended.load(Relaxed) {
                return None;
            }
            if job != seen {
                return Some(job);
            }
            if spins < SPINS {
                spins += 1;
                std::hint::spin_loop();
                continue;
            }
            sleeps.store(true, SeqCst);
            if self.ticket.load(SeqCst) >> 32 == seen && !self.ended.load(SeqCst) {
                thread::park();
            }
            sleeps.store(false, SeqCst);
        }
    }
}

/// A part whose panic is an error.
pub fn guarded(part: Part, i: usize) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| part(i))).map_err(|payload| message_of(&*payload))
}

/// What a panic says.
pub fn message_of(payload: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text.to_string()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic".to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_done_once() {
        let mut pool = Pool::new();
        for parts in [1, 2, 3, 17, 100] {
            for threads in [1, 2, 4] {
                let counts: Vec<_> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
                pool.run(parts, threads, &|i| {
                    counts[i].fetch_add(1, SeqCst);
                })
                .unwrap();
                assert!(counts.iter().all(|count| count.load(SeqCst) == 1));
            }
        }
    }

    #[test]
    fn a_panic_is_an_error_and_the_pool_goes_on() {
        let mut pool = Pool::new();
        for threads in [1, 3] {
            let result = pool.run(8, threads, &|i| assert!(i != 5, "part {i} fails"));
            assert_eq!(result, Err("part 5 fails".to_string()));
            assert_eq!(pool.run(8, threads, &|_| {}), Ok(()));
        }
    }

    #[test]
    fn threads_that_sleep_wake() {
        let mut pool = Pool::new();
        for _ in 0..3 {
            let sum = AtomicUsize::new(0);
            pool.run(64, 3, &|i| {
                sum.fetch_add(i, SeqCst);
            })
            .unwrap();
            assert_eq!(sum.load(SeqCst), 64 * 63 / 2);
            thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
