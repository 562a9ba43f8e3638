import { Worker } from 'node:worker_threads';
import { endsWithInput } from './child.ts';

/**
 * Ends a program that `runProcess` started, with all processes that it started, when its input
 * closes. The parent keeps the input open, so it closes even if the parent is killed. A second
 * thread listens, so this works while the main thread is busy. In a program that was started in
 * another way it does nothing.
 */
export function endWithInput(env: NodeJS.ProcessEnv = process.env): void {
  if (env[endsWithInput] === undefined) return;
  // Programs that this one starts have their own input.
  delete env[endsWithInput];
  const group = process.platform === 'win32' ? process.pid : -process.pid;
  new Worker(listener, {
    eval: true,
    // Node's options for this program (for example, that its text is a module) must not apply to
    // the worker.
    execArgv: [],
    workerData: { group, pid: process.pid },
  }).unref();
}

/** The worker is plain text: after bundling it could not load TypeScript. */
const listener = `
const { Socket } = require('node:net');
const { workerData: { group, pid } } = require('node:worker_threads');
const end = () => {
  try {
    process.kill(group, 'SIGKILL');
  } catch {
    process.kill(pid, 'SIGKILL'); // it leads no group
  }
};
new Socket({ fd: 0, readable: true, writable: false }).on('close', end).on('error', end).resume();
`;
