import { Worker } from 'node:worker_threads';
import { endsWithInput } from './child.ts';

/**
 * For a program that `runProcess` started: ends it, with what it started in turn, when its input closes.
 * The program that started it holds that open, so that it closes even where that one was killed. It works
 * while this thread is busy, since another one listens. In a program that was started otherwise it does nothing.
 */
export function endWithInput(env: NodeJS.ProcessEnv = process.env): void {
  if (env[endsWithInput] === undefined) return;
  // Programs that this one starts have an input of their own.
  delete env[endsWithInput];
  const group = process.platform === 'win32' ? process.pid : -process.pid;
  new Worker(listener, {
    eval: true,
    // Options of this program, as that its text is a module, are not for the worker.
    execArgv: [],
    workerData: { group, pid: process.pid },
  }).unref();
}

/** As text: a worker knows no TypeScript where this package was bundled. */
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
