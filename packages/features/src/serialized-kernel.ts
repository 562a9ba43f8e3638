import type { Kernel, KernelConfig } from './kernel.ts';

/** The form of a kernel in a saved model: only its name if it has no settings. */
export type SerializedKernel = string | { className: string; config: KernelConfig };

/**
 * Converts a kernel to plain JSON: its name, or its name and its config.
 *
 * @example
 * const saved = JSON.stringify(serializeKernel(gaussian({ scale: 2 })));
 * deserializeKernel(JSON.parse(saved)); // gaussian({ scale: 2 })
 */
export function serializeKernel(kernel: Kernel): SerializedKernel {
  const config = kernel.getConfig();
  return Object.keys(config).length === 0 ? kernel.name : { className: kernel.name, config };
}
