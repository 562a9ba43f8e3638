/** A linear head: f(z) = W·z + b. */
export interface Head {
  /** Row-major `units × width`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** The weights were drawn at random, for features of the size of cosines. */
  readonly isDrawn?: true;
}
