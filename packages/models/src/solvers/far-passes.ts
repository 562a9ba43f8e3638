/** A pass over rows that are elsewhere. Vectors are in the layout of the head. */
export interface FarPass {
  /**
   * 'evaluate': loss, curvature and gradient at the head; 'product': the Hessian at the head times the
   * direction; 'line': slopes and losses along the direction.
   */
  readonly kind: 'evaluate' | 'product' | 'line';
  readonly head: Float64Array;
  readonly direction?: Float64Array;
  /** The lengths of the step, of a 'line'. */
  readonly factors?: readonly number[];
  /** What is subtracted from features and from targets. */
  readonly origin?: { readonly z: Float32Array; readonly y: Float32Array };
}

/** Passes over rows that are elsewhere. What they give adds up over the rows. */
export interface FarPasses {
  sum(pass: FarPass): Promise<Float64Array>;
}

/** All rows that are elsewhere. */
export interface FarSize {
  readonly rows: number;
  readonly weight: number;
  readonly passes: FarPasses;
}
