import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes beside and renames: who reads the file finds the old or the new one, whole. */
export function writeJson(path: string, value: unknown): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, `${JSON.stringify(value, nullForMissing, 2)}\n`, { flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

const nullForMissing = (_key: string, value: unknown) => (value === undefined ? null : value);
