import { createOutput, type Output, wrap } from '@kernel-methods/report';
import { type NamedPath, refuseTaken, tryOutput, UsageError } from '@kernel-methods/runner';

/** The command's output; with `quiet` without progress and notes. */
export function outputFor({ quiet = false }: { quiet?: boolean }): Output {
  const output = createOutput(process.stdout, process.stderr, process.env);
  if (quiet) return { ...output, note() {}, bar() {} };
  if (!process.stderr.isTTY) return output;
  return {
    ...output,
    note(text) {
      for (const line of paragraph(text, process.stderr.columns || 80)) output.note(line);
    },
  };
}

/** A text in lines of whole words; as it is where a word, such as a path, has no room in a line. */
export const paragraph = (text: string, width: number): string[] =>
  text.split(' ').some((word) => word.length > width) ? [text] : wrap(text, width, Infinity);

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
