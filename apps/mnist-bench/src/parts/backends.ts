/** A tfjs backend that can be asked for: how it is registered, and how many threads it runs on. */
export interface Backend {
  register(): Promise<{ threads(): number }>;
}

/** The first is the default: the fastest here. */
export const backends = {
  simd: {
    async register() {
      await import('@kernel-methods/backend-simd');
      const { getSimd } = await import('@kernel-methods/simd');
      return { threads: () => getSimd().threads };
    },
  },
  wasm: {
    async register() {
      const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
      return { threads: getThreadsCount };
    },
  },
  cpu: {
    async register() {
      await import('@tensorflow/tfjs-backend-cpu');
      return { threads: () => 1 };
    },
  },
} satisfies Record<string, Backend>;
