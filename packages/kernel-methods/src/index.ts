// All packages under one name. Importing it registers the tfjs backend `simd`.
export * from '@kernel-methods/backend-simd';
export * from '@kernel-methods/datasets';
export * from '@kernel-methods/features';
export * from '@kernel-methods/losses';
export * from '@kernel-methods/models';
export * from '@kernel-methods/random';
export * from '@kernel-methods/simd';
