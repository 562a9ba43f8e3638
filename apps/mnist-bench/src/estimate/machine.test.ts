import { expect, it } from 'vitest';
import { measureMachine } from './machine.ts';

it('measures a machine', async () => {
  const { cores, memory, ...rates } = await measureMachine();
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(memory).toBeGreaterThan(1e8);
  // No machine is a thousand times slower than ours, or faster.
  expect(rates.features).toBeGreaterThan(1e8);
  expect(rates.features).toBeLessThan(1e14);
  for (const rate of [rates.cholesky, rates.stream, rates.script]) {
    expect(rate).toBeGreaterThan(1e6);
    expect(rate).toBeLessThan(1e13);
  }
});
