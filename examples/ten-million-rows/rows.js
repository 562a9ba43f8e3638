const [WIDTH, BATCH] = [16, 4000];

/**
 * Rows from `from` on. Row i is the same in whatever shard it is.
 *
 * @param {{ from: number, count: number }} shard
 */
export function* rows({ from, count }) {
  for (let at = from; at < from + count; at += BATCH) {
    const height = Math.min(BATCH, from + count - at);
    const data = new Float32Array(height * WIDTH);
    const y = new Float32Array(height);
    for (let row = 0, i = 0; row < height; row++) {
      let state = Math.imul(at + row + 1, 0x9e3779b1) | 1;
      for (const end = i + WIDTH; i < end; i++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        data[i] = state / 2 ** 31;
      }
      y[row] = Math.sin(3 * data[i - 1]) + data[i - 2] ** 2;
    }
    yield { x: { data, shape: [height, WIDTH] }, y };
  }
}
