import type { JavaScriptMemory } from './memory.ts';

/**
 * A kernel of assembly/ in plain JavaScript: the same arguments, and pointers into the same kind of memory. There is one
 * thread, so one call does the job of all parts; `parts` counts only where each part has a result of its own.
 */
export type JavaScriptKernel = (
  memory: JavaScriptMemory,
  args: readonly number[],
  parts: number,
) => void;
