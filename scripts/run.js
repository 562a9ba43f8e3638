import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root, toolEnvironment } from './setup.js';

/**
 * Runs a command with the tools' environment and this process's streams, and gives its exit code
 * (128 + the signal's number if a signal ended it). While it runs, signals are its affair: this
 * process passes them on and waits.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<number>}
 */
export function run(file, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...toolEnvironment(), ...env },
      stdio: 'inherit',
    });
    // Ctrl-C in a terminal reaches the child by itself: passed on, it would arrive twice.
    const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    const onInterrupt = () => terminal || child.kill('SIGINT');
    const onTerminate = () => child.kill('SIGTERM');
    const onHangUp = () => terminal || child.kill('SIGHUP');
    const stopListening = () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      process.off('SIGHUP', onHangUp);
    };
    process.on('SIGINT', onInterrupt);
    process.on('SIGTERM', onTerminate);
    process.on('SIGHUP', onHangUp);
    child.once('error', (error) => {
      stopListening();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopListening();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
