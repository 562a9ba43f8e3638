import { numericsFor } from '@kernel-methods/models';

/**
 * For what computes, before any work: where the engine that is asked for cannot be had, tfjs would print a
 * trace, and some commands would go on with a slower backend.
 *
 * @throws RangeError or Error that names the environment variable, its rule and the value.
 */
export const requireEngine = (): void => void numericsFor('simd');
