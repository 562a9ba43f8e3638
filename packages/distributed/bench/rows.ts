interface Part {
  readonly from: number;
  readonly count: number;
  readonly width: number;
}

const BATCH = 2048;

/** Rows with a target that is smooth in their first columns; row i is the same in whatever part it is. */
export function* rows({ from, count, width }: Part) {
  for (let at = from; at < from + count; at += BATCH) {
    const height = Math.min(BATCH, from + count - at);
    const data = new Float32Array(height * width);
    const y = new Float32Array(height);
    for (let row = 0, i = 0; row < height; row++) {
      let state = Math.imul(at + row + 1, 0x9e3779b1) | 1;
      for (const end = i + width; i < end; i++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        data[i] = state / 2 ** 31;
      }
      y[row] = Math.sin(3 * data[i - width]) + data[i - width + 1] ** 2;
    }
    yield { x: { data, shape: [height, width] }, y };
  }
}
