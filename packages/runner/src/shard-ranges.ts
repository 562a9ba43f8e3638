/** Rows of a shard: enough that describing them costs nothing, few enough that all workers end together. */
const SHARD_ROWS = 1024;

/** All rows in parts, as workers take them. */
export const shardRanges = (rows: number): { readonly from: number; readonly count: number }[] =>
  Array.from({ length: Math.ceil(rows / SHARD_ROWS) }, (_, i) => ({
    from: i * SHARD_ROWS,
    count: Math.min(SHARD_ROWS, rows - i * SHARD_ROWS),
  }));
