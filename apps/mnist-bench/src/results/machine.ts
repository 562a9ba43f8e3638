import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Machine } from '../comparison/comparison.ts';

/** The machine that this runs on. */
export function readMachine(): Machine {
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    node: process.versions.node,
  };
}
