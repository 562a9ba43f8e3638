import { readFileSync } from 'node:fs';

/**
 * The peak memory of this process, in bytes. On Linux, `resourceUsage` starts from the peak of the
 * parent process, so the status file is read instead.
 */
export function peakMemory(): number {
  const kilobytes = ownPeak() ?? process.resourceUsage().maxRSS;
  return 1024 * kilobytes;
}

function ownPeak(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return text === undefined ? undefined : Number(text);
  } catch {
    return undefined; // a system that hides it
  }
}
