import { createOutput, type Output } from '@kernel-methods/report';
import { type NamedPath, refuseTaken, tryOutput, UsageError } from '@kernel-methods/runner';

/** The command's output; with `quiet` without progress and notes. */
export function outputFor({ quiet = false }: { quiet?: boolean }): Output {
  const output = createOutput(process.stdout, process.stderr, process.env);
  return quiet ? { ...output, note() {}, bar() {} } : output;
}

/** The columns of the terminal; without one, as many as a wide one has. */
export const widthOf = (): number => (process.stdout.isTTY && process.stdout.columns) || 120;

/**
 * Tries an output, and leaves everything as it was.
 *
 * @param taken files that are read, or are other outputs.
 * @throws UsageError unless the file can be written, and is none of those.
 */
export function tryFile(flag: string, path: string, taken: readonly NamedPath[]): void {
  try {
    tryOutput(path)();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `\`${flag}\` must be a file in an existing folder that can be written (${code}). Received: ${path}.`,
    );
  }
  refuseTaken({ name: flag, path }, taken);
}
