import * as check from '@kernel-methods/check';
import type { Draw } from './draw.ts';
import { fastfoodDraw } from './fastfood-draw.ts';
import { independentDraw } from './independent-draw.ts';
import type { ShiftInvariantKernel } from './kernel.ts';
import { type Initializer, isInitializer } from './kernel-initializer.ts';
import { orthogonalDraw } from './orthogonal-draw.ts';
import { quasiRandomDraw } from './quasi-random-draw.ts';
import { structuredDraw } from './structured-draw.ts';

const draws = new Map<string, Draw>(
  [independentDraw, orthogonalDraw, quasiRandomDraw, structuredDraw, fastfoodDraw].map((draw) => [
    draw.name,
    draw,
  ]),
);

/**
 * Registers a draw of your own under its name, so that layers that use it can be loaded.
 *
 * @throws RangeError if another draw has that name, or the name is malformed.
 *
 * @example
 * registerDraw({ ...independentDraw, name: 'mine' });
 * randomFourierFeatures({ outputDim: 64, scale: 1, draw: 'mine' });
 */
export function registerDraw(draw: Draw): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(draw.name) || (draws.get(draw.name) ?? draw) !== draw) {
    throw check.rangeError(
      'draw',
      'have a camelCase name that no other draw has',
      check.shown(draw.name),
    );
  }
  draws.set(draw.name, draw);
}

/**
 * The draw with this name, or the object itself, if it can draw from this source.
 *
 * @throws RangeError that says why it cannot.
 */
export function resolveDraw(value: unknown, source: ShiftInvariantKernel | Initializer): Draw {
  const named = typeof value === 'string' ? draws.get(value) : undefined;
  const draw = (named ?? value) as Partial<Draw> | null;
  if (typeof draw?.draw !== 'function' || typeof draw.refusal !== 'function') {
    const known = [...draws.keys()].map((name) => check.shown(name)).join(', ');
    throw check.rangeError('draw', `be one of ${known}, or an object`, check.shown(value));
  }
  const refusal = isInitializer(source)
    ? draw !== independentDraw && 'an initializer does not say how its numbers are distributed'
    : draw.refusal(source);
  if (refusal) {
    throw check.rangeError('draw', `suit the kernel: ${refusal}`, check.shown(draw.name));
  }
  return draw as Draw;
}
