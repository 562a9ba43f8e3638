import { countOf, type Matrix, type Numerics, type Picked } from './numerics.ts';

/** Picked rows of a matrix in any memory, as plain numbers, row-major. */
export async function readPicked(
  numerics: Numerics,
  z: Matrix,
  picked: Picked,
): Promise<Float32Array> {
  const rows = numerics.zeros(countOf(picked), z.columns);
  try {
    numerics.shift(z, picked, new Float32Array(z.columns), rows);
    return await numerics.read(rows);
  } finally {
    rows.dispose();
  }
}
