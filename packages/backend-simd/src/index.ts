import './register.ts';

export { SimdBackend } from './backend.ts';
export { simdKernels } from './kernels/index.ts';
