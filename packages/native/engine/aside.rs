//! One long kernel on threads of its own, while JavaScript goes on.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::arguments::Work;
use crate::pool::Pool;

type Outcome = Result<(), String>;

#[derive(Default)]
pub struct Aside {
    worker: Option<Worker>,
    running: Option<(&'static str, Receiver<Outcome>)>,
}

/// A thread with a pool of its own, which starts with the first kernel.
struct Worker {
    jobs: Sender<(Work, usize, Sender<Outcome>)>,
    handle: JoinHandle<()>,
}

impl Aside {
    pub fn begin(&mut self, name: &'static str, work: Work, threads: usize) {
        let (done, receiver) = channel();
        let worker = self.worker.get_or_insert_with(start);
        // Where the thread is gone, `wait` says so.
        let _ = worker.jobs.send((work, threads, done));
        self.running = Some((name, receiver));
    }

    /// Whether the kernel is done, or there is none. Its error comes with its name, once.
    pub fn wait(&mut self, milliseconds: u32) -> Result<bool, (&'static str, String)> {
        let Some((name, receiver)) = &self.running else {
            return Ok(true);
        };
        let name = *name;
        let result = match receiver.recv_timeout(Duration::from_millis(milliseconds.into())) {
            Err(RecvTimeoutError::Timeout) => return Ok(false),
            Err(RecvTimeoutError::Disconnected) => Err("its thread is gone".to_string()),
            Ok(result) => result,
        };
        self.running = None;
        result.map(|()| true).map_err(|message| (name, message))
    }

    /// Waits until nothing runs.
    pub fn end(&mut self) {
        while let Ok(false) = self.wait(1000) {}
    }
}

fn start() -> Worker {
    let (jobs, receiver) = channel::<(Work, usize, Sender<Outcome>)>();
    let handle = thread::spawn(move || {
        let mut pool = Pool::new();
        for (work, threads, done) in receiver {
            let _ = done.send(pool.run(work.parts, threads, &*work.part));
        }
    });
    Worker { jobs, handle }
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.end();
        if let Some(Worker { jobs, handle }) = self.worker.take() {
            drop(jobs);
            let _ = handle.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[test]
    fn parts_are_done_aside_and_errors_come_once() {
        let mut aside = Aside::default();
        assert_eq!(aside.wait(0), Ok(true));
        for threads in [1, 3] {
            let sum = Arc::new(AtomicUsize::new(0));
            let total = sum.clone();
            let add = move |i| {
                thread::sleep(Duration::from_millis(1));
                sum.fetch_add(i, SeqCst);
            };
            aside.begin("adds", Work::new(20, add), threads);
            aside.end();
            assert_eq!(total.load(SeqCst), 190);
            aside.begin("fails", Work::new(4, |i| assert!(i != 2, "part {i} fails")), threads);
            assert_eq!(aside.wait(10_000), Err(("fails", "part 2 fails".to_string())));
            assert_eq!(aside.wait(0), Ok(true));
        }
    }
}
