// The whole of a worker: plain JavaScript without imports, so that it runs as a module, as a blob, and as text in a
// Node thread. The words that it shares with pool.ts are described there.

/** @param {import('./platform/platform.ts').WorkerStart} start */
function work({ module, memory, slot, names, control }) {
  const [GENERATION, TICKET, DONE, PARTS, KERNEL, SLEEPERS, CALLER_SLEEPS, ...more] = control;
  const [ARGS, SLOTS, FLAGS, END] = more;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = names.map((name) => /** @type {Function} */ (exports[name]));
  const words = new Int32Array(memory.buffer, 0, 16384);
  const flags = new Uint8Array(memory.buffer, 0, 65536);
  const state = SLOTS + slot * 16; // Word 0: 1 once joined, 2 to stop. Word 1: part held, plus 1.
  Atomics.compareExchange(words, state, 0, 1);
  let seen = -1;
  for (;;) {
    let spins = 0;
    while (Atomics.load(words, GENERATION) === seen && spins < 4000) spins++;
    if (Atomics.load(words, GENERATION) === seen) {
      Atomics.add(words, SLEEPERS, 1);
      Atomics.wait(words, GENERATION, seen);
      Atomics.sub(words, SLEEPERS, 1);
    }
    seen = Atomics.load(words, GENERATION);
    for (;;) {
      if (Atomics.load(words, state) === 2) return;
      // The high half of a ticket tells jobs apart, so a worker that comes late takes nothing.
      const ticket = Atomics.load(words, TICKET);
      const kernel = Atomics.load(words, KERNEL);
      const parts = Atomics.load(words, PARTS);
      const end = Atomics.load(words, END);
      const part = ticket & 0xffff;
      if (part >= end) break;
      if (Atomics.compareExchange(words, TICKET, ticket, ticket + 1) !== ticket) continue;
      Atomics.store(words, state + 1, part + 1);
      try {
        kernels[kernel](ARGS, part, parts);
      } catch {
        // The caller does this part again and meets the error itself.
        Atomics.store(words, state, 3);
        Atomics.notify(words, DONE);
        return;
      }
      // If this worker was given up meanwhile, the counts may be those of another job.
      if (Atomics.load(words, state) === 2) return;
      Atomics.store(flags, FLAGS + part, 1);
      Atomics.store(words, state + 1, 0);
      // The end may have changed meanwhile: the job was suspended.
      const done = Atomics.add(words, DONE, 1) + 1;
      if (done === Atomics.load(words, END) && Atomics.load(words, CALLER_SLEEPS)) {
        Atomics.notify(words, DONE);
      }
    }
  }
}

if ('WorkerGlobalScope' in globalThis) {
  globalThis.addEventListener('message', ({ data }) => work(data), { once: true });
}
