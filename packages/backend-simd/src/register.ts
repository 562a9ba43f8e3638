import { getSimd } from '@kernel-methods/simd';
import '@tensorflow/tfjs-backend-cpu';
import {
  copyRegisteredKernels,
  findBackendFactory,
  getKernel,
  type KernelConfig,
  registerBackend,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { SimdBackend } from './backend.ts';
import { simdKernels } from './kernels/index.ts';

// Above wasm and webgl (2), below webgpu and tfjs's native Node binding (3). The factory is
// synchronous because the first operation after the import may be. A second copy of this module, as
// made by servers that reload, keeps the backend of the first: otherwise tfjs would warn about
// every kernel.
if (findBackendFactory('simd') === null) {
  registerBackend('simd', () => new SimdBackend(getSimd()), 2.5);
  copyRegisteredKernels('cpu', 'simd');
  for (const [kernelName, kernel] of Object.entries(simdKernels)) {
    const inherited = getKernel(kernelName, 'simd') as KernelConfig | undefined;
    // Registering over a registered kernel would warn.
    if (inherited) unregisterKernel(kernelName, 'simd');
    registerKernel({
      kernelName,
      backendName: 'simd',
      kernelFunc: (call) => kernel(call as never) ?? inherited!.kernelFunc(call),
    });
  }
}
