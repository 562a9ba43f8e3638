import { spawnSync } from 'node:child_process';

/**
 * Sends the signal to a process that was started detached, and to what it started in turn. Where
 * nothing is left of them it does nothing. Windows knows no signals: there the tree is ended.
 */
export function killTree(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', `${pid}`, '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal); // the whole group that the process leads
  } catch {
    // ESRCH: all are gone; EPERM, on macOS: what is left are zombies.
  }
}
