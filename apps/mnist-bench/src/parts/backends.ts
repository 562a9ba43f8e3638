import { sum, type Work } from './work.ts';

/** A tfjs backend that can be asked for. A new one is an entry of the table. */
export interface Backend {
  /** Registers it with tfjs; the number of its threads is known when it has started. */
  register(): Promise<{ threads(): number }>;
  /** What work on features takes here that takes this on simd. */
  features(work: Work): Work;
  /** Additions per number of a Hadamard transform: only simd does one in a single operation. */
  readonly hadamard: number;
  /** Additions per feature of its cosine: only simd has it in the product. */
  readonly cosine: number;
  /** How much longer patch responses take, beside what all features do: only simd has one operation for them. */
  readonly patches: number;
}

/** The first is the default: the fastest here. */
export const backends = {
  simd: {
    async register() {
      await import('@kernel-methods/backend-simd');
      const { getSimd } = await import('@kernel-methods/simd');
      // Here, as tfjs does not tell why a backend did not start.
      const simd = getSimd();
      return { threads: () => simd.threads };
    },
    features: (work) => work,
    hadamard: 8,
    cosine: 0,
    patches: 1,
  },
  wasm: {
    async register() {
      const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
      return { threads: getThreadsCount };
    },
    features: ({ features = 0, ...rest }) => sum(rest, { features: 3 * features }),
    hadamard: 60,
    cosine: 18,
    patches: 5.7,
  },
  cpu: {
    async register() {
      await import('@tensorflow/tfjs-backend-cpu');
      return { threads: () => 1 };
    },
    features: ({ features = 0, ...rest }) => sum(rest, { script: 1.1 * features }),
    hadamard: 960,
    cosine: 18,
    patches: 1,
  },
} satisfies Record<string, Backend>;
