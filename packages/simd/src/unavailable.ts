/**
 * Thrown if the kernels cannot run: there is no WebAssembly, it lacks SIMD, or the platform does
 * not compile it from bytes (as under a content security policy without `'wasm-unsafe-eval'`).
 * `cause` holds the engine's own error.
 *
 * @example
 * try {
 *   getSimd();
 * } catch (error) {
 *   if (!(error instanceof SimdUnavailableError)) throw error;
 *   // Compute in another way.
 * }
 */
export class SimdUnavailableError extends Error {
  override name = 'SimdUnavailableError';
}
