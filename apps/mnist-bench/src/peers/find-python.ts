import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A program and what goes before its other arguments. */
export interface Interpreter {
  readonly file: string;
  readonly args: readonly string[];
}

/** TensorFlow 2.15, the last with Keras 2, has builds for it and for none later. */
const wanted = '3.11';

const usual: readonly Interpreter[] = [
  { file: 'python3.11', args: [] },
  { file: 'python3', args: [] },
  { file: 'python', args: [] },
  // Windows's launcher.
  { file: 'py', args: ['-3.11'] },
];

/**
 * A Python of the version that the packages have builds for.
 *
 * @throws Error where there is none.
 */
export async function findPython(
  signal: AbortSignal,
  candidates: readonly Interpreter[] = usual,
): Promise<Interpreter> {
  for (const candidate of candidates) {
    if ((await versionOf(candidate, signal)) === wanted) return candidate;
  }
  const tried = candidates.map(({ file, args }) => [file, ...args].join(' ')).join(', ');
  throw new Error(
    `Python ${wanted} was not found (tried ${tried}): install it, or name one that has the packages by --python.`,
  );
}

async function versionOf({ file, args }: Interpreter, signal: AbortSignal) {
  const program = 'import sys; print("%d.%d" % sys.version_info[:2])';
  try {
    const { stdout } = await promisify(execFile)(file, [...args, '-c', program], { signal });
    return stdout.trim();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
