import { spawnSync } from 'node:child_process';

/**
 * Sends the signal to a process that was started detached, and to all processes that it started. If
 * none is left it does nothing. Windows has no signals: there the tree is ended.
 */
export function killTree(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', `${pid}`, '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal); // the whole group that the process leads
  } catch {
    // ESRCH: all are gone; EPERM, on macOS: only zombies are left.
  }
}
