/**
 * What is asked for needs WebAssembly, and that cannot run here: there is none, or it lacks SIMD, or the platform does
 * not compile it from bytes, as under a content security policy without `'wasm-unsafe-eval'`. `cause` holds the engine's
 * own error.
 *
 * @example
 * const { unavailable } = getSimd();
 * // Undefined where WebAssembly runs. Elsewhere the kernels that train models run in plain JavaScript.
 * if (unavailable) console.log(unavailable.message);
 */
export class SimdUnavailableError extends Error {
  override name = 'SimdUnavailableError';
}
