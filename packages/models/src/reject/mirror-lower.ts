/** Copies the lower half of a square matrix to the upper one, by blocks. */
export function mirrorLower(matrix: Float32Array, width: number): void {
  for (let from = 0; from < width; from += TURNED) {
    for (let column = 0; column <= from; column += TURNED) {
      for (let i = from; i < Math.min(from + TURNED, width); i++) {
        const end = Math.min(column + TURNED, i);
        for (let j = column; j < end; j++) matrix[j * width + i] = matrix[i * width + j];
      }
    }
  }
}

/** Rows and columns of a block that stays in a cache while it is turned. */
const TURNED = 32;
