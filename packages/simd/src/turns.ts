// The part of the package that is light: without the kernels, for programs that may never run one.
export { eventLoopYielder } from './event-loop.ts';
export { type LinearAlgebra, presentSimd } from './present.ts';
export { atOnce, inTurns, STEP_PRODUCTS, STEP_PRODUCTS64, type Steps } from './steps.ts';
