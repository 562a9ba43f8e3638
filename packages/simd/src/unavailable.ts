/**
 * Thrown if something needs WebAssembly and that cannot run: there is none, it lacks SIMD, or the
 * platform does not compile it from bytes (as under a content security policy without
 * `'wasm-unsafe-eval'`). `cause` holds the engine's own error.
 *
 * @example
 * try {
 *   new Simd({ variant: 'plain' });
 * } catch (error) {
 *   if (!(error instanceof SimdUnavailableError)) throw error;
 *   // Without `variant`, training runs in plain JavaScript.
 * }
 */
export class SimdUnavailableError extends Error {
  override name = 'SimdUnavailableError';
}
