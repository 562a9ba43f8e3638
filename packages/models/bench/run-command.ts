import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bestKernels } from '../../simd/bench/python.ts';
import type { Command } from './contest.ts';

/** The exit code of a Python program that lacks a package. */
const NOT_THERE = 3;

/** Runs a command to its end. Undefined where its interpreter, or a package it needs, is not there. */
export async function runCommand({
  program,
  args,
  environment,
  json,
}: Command): Promise<{ written: unknown; seconds: number } | undefined> {
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...bestKernels, ...environment },
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(NOT_THERE) : reject(error),
    );
  });
  const seconds = (performance.now() - start) / 1000;
  if (code === NOT_THERE) return undefined;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}.\n${errors}`);
  const text =
    json === undefined ? output.trimEnd().split('\n').at(-1) : readFileSync(json, 'utf8');
  return { written: JSON.parse(text ?? ''), seconds };
}
