import { readFileSync } from 'node:fs';

/**
 * The most memory this process held, in bytes. Linux lets what `resourceUsage` tells begin with the
 * peak of the process that started this one; its own is in the status file.
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
