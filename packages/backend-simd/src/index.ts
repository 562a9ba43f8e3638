import './register.ts';

export { SimdBackend } from './backend.ts';
export { kernels } from './kernels/index.ts';
