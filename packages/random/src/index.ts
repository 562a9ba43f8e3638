export { apportion } from './apportion.ts';
export { createRandom, type Random } from './random.ts';
