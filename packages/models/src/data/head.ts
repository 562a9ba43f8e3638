/** A linear head: f(z) = W·z + b. */
export interface Head {
  /** Row-major `units × width`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}
