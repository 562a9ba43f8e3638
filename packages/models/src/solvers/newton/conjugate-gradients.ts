import type { BlockVector } from './block-vector.ts';

interface System {
  readonly layout: BlockVector;
  /** The gradient g: the system is H·x = −g. */
  readonly gradient: Float64Array;
  /** The ‖residual‖ of each block that is small enough; a block that starts below it stays 0. */
  readonly targets: Float64Array;
  readonly maxIterations: number;
  /** H·v. */
  multiply(v: Float64Array): Promise<Float64Array>;
  /** M⁻¹·v, where M is close to H. */
  precondition(v: Float64Array): Promise<Float64Array>;
}

/**
 * H·x = −g by preconditioned conjugate gradients, float64 (Hestenes & Stiefel 1952): all blocks at
 * once, each with its own steps, so that one pass over the rows serves all of them. A direction
 * without curvature ends a block with its current x (Steihaug 1983).
 */
export async function conjugateGradients(system: System): Promise<Float64Array> {
  const { layout, gradient, targets } = system;
  const x = layout.vector();
  const residual = gradient.map((value) => -value);
  const active = layout.norms(residual).map((norm, block) => +(norm > targets[block]));
  layout.mask(residual, active);
  let z = await system.precondition(residual);
  const direction = z.slice();
  let alignment = layout.dot(residual, z);
  for (let step = 0; step < system.maxIterations && active.some(Boolean); step++) {
    const product = await system.multiply(direction);
    const curvature = layout.dot(direction, product);
    const factors = layout.perBlock((block) => {
      const factor = alignment[block] / curvature[block];
      if (active[block] && factor > 0 && factor < Number.POSITIVE_INFINITY) return factor;
      active[block] = 0;
      return 0;
    });
    layout.add(x, direction, factors);
    layout.add(
      residual,
      product,
      factors.map((factor) => -factor),
    );
    layout.norms(residual).forEach((norm, block) => {
      if (norm <= targets[block]) active[block] = 0;
    });
    layout.mask(residual, active);
    if (!active.some(Boolean)) break;
    z = await system.precondition(residual);
    const before = alignment;
    alignment = layout.dot(residual, z);
    const kept = layout.perBlock((block) => (active[block] ? alignment[block] / before[block] : 0));
    const old = direction.slice();
    direction.set(z);
    layout.add(direction, old, kept);
  }
  return x;
}
