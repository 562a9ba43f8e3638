import { type LinearAlgebra, presentSimd } from '@kernel-methods/simd/turns';

/** Linear algebra, loaded when it is first needed: most programs that use a map never fit one. */
export const loadSimd = async (): Promise<LinearAlgebra> =>
  presentSimd() ?? import('@kernel-methods/simd');
