//! One long kernel on a thread of its own, while JavaScript goes on.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::arguments::Work;
use crate::pool::guarded;

#[derive(Default)]
pub struct Aside {
    running: Option<(&'static str, Receiver<Result<(), String>>)>,
}

impl Aside {
    pub fn begin(&mut self, name: &'static str, work: Work) {
        let (sender, receiver) = channel();
        let all = move || (0..work.parts).try_for_each(|i| guarded(&*work.part, i));
        thread::spawn(move || sender.send(all()));
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

impl Drop for Aside {
    fn drop(&mut self) {
        self.end();
    }
}
