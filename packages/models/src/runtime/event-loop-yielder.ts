export { eventLoopYielder } from '@kernel-methods/simd';
