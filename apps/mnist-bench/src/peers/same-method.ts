import type { Config } from '../options/options.ts';
import type { PeerConfig } from '../records/job.ts';

/** The values of options that make a run of ours the method of a peer: one, or any of several. */
export type Method = { readonly [K in keyof Config]?: Config[K] | readonly Config[K][] };

/** What makes a run of ours the method of a peer; undefined where we have none. */
export function sameMethod({ program, ...settings }: PeerConfig): Method | undefined {
  if (typeof program !== 'string' || !Object.hasOwn(methods, program)) return undefined;
  return methods[program](settings as never);
}

type Numbers = Readonly<Record<string, number>>;

const plain = { map: 'rff', kernel: 'gaussian', filters: 0, deskew: 'no' } as const;

/** By the name of the peer's program. Scales and penalties may differ: each has its own best. */
const methods: Readonly<Record<string, (settings: Numbers) => Method>> = {
  keras_seed: ({ components, scale, epochs, batchSize, validationSplit }) => ({
    ...plain,
    ...{ loss: 'hinge', solver: ['adam', 'fit'] },
    ...{ outputDim: components, scale, epochs, batchSize, validationSplit },
  }),
  sklearn_ridge: ({ components }) => ({
    ...plain,
    ...{ loss: 'mse', solver: 'direct', outputDim: components },
  }),
  sklearn_nystroem: ({ components }) => ({
    ...plain,
    ...{ map: 'nystroem', loss: 'mse', solver: 'direct', outputDim: components },
  }),
  sklearn_sgd: ({ components, epochs }) => ({
    ...plain,
    ...{ loss: 'hinge', solver: 'sgd', outputDim: components, epochs },
  }),
  sklearn_linear_svc: ({ components }) => ({
    ...plain,
    ...{ loss: 'squared-hinge', solver: 'newton', outputDim: components },
  }),
  numpy_patches: ({ filters, components }) => ({
    ...plain,
    ...{ loss: 'mse', solver: 'direct', filters, outputDim: components },
  }),
};
