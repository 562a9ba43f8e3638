import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes beside and renames: who reads the file finds the old or the new one, whole. */
export function writeText(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text, { flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

export function writeJson(path: string, value: unknown): void {
  writeText(path, `${JSON.stringify(value, nullForMissing, 2)}\n`);
}

const nullForMissing = (_key: string, value: unknown) => (value === undefined ? null : value);
