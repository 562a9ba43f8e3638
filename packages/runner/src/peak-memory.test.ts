import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { peakMemory } from './peak-memory.ts';

it('is at least what is held now', () => {
  expect(peakMemory()).toBeGreaterThanOrEqual(process.memoryUsage.rss() * 0.9);
});

it('is not that of the process which started this one, and counts what is freed', () => {
  const held = Buffer.alloc(400e6, 1);
  const module = fileURLToPath(new URL('peak-memory.ts', import.meta.url));
  const peakOf = (before: string) =>
    Number(
      execFileSync(process.execPath, [
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '--eval',
        `import { peakMemory } from ${JSON.stringify(module)}; ${before}; console.log(peakMemory());`,
      ]),
    );
  expect(held.length).toBe(400e6);
  expect(peakOf('')).toBeLessThan(200e6);
  expect(peakOf('Buffer.alloc(300e6, 1)')).toBeGreaterThan(300e6);
});
