import type { Loss } from '@kernel-methods/losses';

/**
 * The number of outputs for `classes` classes under a loss. Two classes need one output, whose sign
 * tells them apart, unless the loss compares outputs with each other (softmax, categorical hinge).
 */
export function unitsFor(classes: number, loss: Loss): number {
  const comparesOutputs = loss.coding === 'one-hot' && loss.link !== 'logistic';
  return classes === 2 && !comparesOutputs ? 1 : classes;
}

/**
 * Class indices as the targets of a loss, row-major `[rows, units]`: 1 for the row's class, and 0
 * (losses coded one-hot) or −1 (all others, the real ones among them) for the rest.
 */
export function classTargets(indices: Int32Array, units: number, loss: Loss): Float32Array {
  const off = loss.coding === 'one-hot' ? 0 : -1;
  const targets = new Float32Array(indices.length * units).fill(off);
  indices.forEach((index, row) => {
    // A label that was not seen in training belongs to no output.
    if (index < 0) return;
    if (units > 1) targets[row * units + index] = 1;
    else if (index === 1) targets[row] = 1;
  });
  return targets;
}
