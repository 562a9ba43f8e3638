import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** NumPy chooses its kernels by itself, whatever this environment asks of OpenBLAS. */
export const bestKernels = { OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined };

export interface Python {
  has(name: string): Promise<boolean>;
  /** Milliseconds that a case of peers.py takes. */
  time(name: string, sizes: Record<string, number>): Promise<number>;
  close(): void;
}

/**
 * A process that waits for cases to time, one per line. Undefined if the interpreter does not run.
 */
export async function startPython(interpreter: string): Promise<Python | undefined> {
  const program = fileURLToPath(new URL('peers.py', import.meta.url));
  const child = spawn(interpreter, [program], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...bestKernels },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('exit', () => resolve(undefined));
  });
  const read = async () => {
    const line = await Promise.race([lines.next(), gone]);
    return line?.done === false ? JSON.parse(line.value) : undefined;
  };
  const ready: string[] | undefined = await read();
  if (!ready) return undefined;
  return {
    has: async (name) => ready.includes(name),
    async time(name, sizes) {
      child.stdin.write(`${JSON.stringify({ name, sizes })}\n`);
      const answer = await read();
      if (typeof answer !== 'number') throw new Error(`Python failed at ${name}: ${answer?.error}`);
      return answer;
    },
    close: () => void child.kill(),
  };
}
