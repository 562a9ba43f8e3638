import { createOutput, type Output } from '@kernel-methods/report';
import { tryOutput, UsageError } from '@kernel-methods/runner';

/** The command's output; with `quiet` without progress and notes. */
export function outputFor({ quiet = false }: { quiet?: boolean }): Output {
  const output = createOutput(process.stdout, process.stderr, process.env);
  return quiet ? { ...output, note() {}, bar() {} } : output;
}

/** The columns of the terminal; without one, as many as a wide one has. */
export const widthOf = (): number => (process.stdout.isTTY && process.stdout.columns) || 120;

/** @throws UsageError unless the file can be written; leaves everything as it was. */
export function tryFile(flag: string, path: string): void {
  try {
    tryOutput(path)();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `\`${flag}\` must be a file in an existing folder that can be written (${code}). Received: ${path}.`,
    );
  }
}
