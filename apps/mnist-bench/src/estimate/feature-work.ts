import type { Config } from '../options/options.ts';
import type { Sizes } from './estimate.ts';
import { sum, times, type Work } from './work.ts';

// The factors were fitted to measured runs: `bench/estimates.ts` holds them to a factor of 2.

/** An element of a tensor that tfjs's operation reads and writes, as operations in float32. */
const element = 100;

/** The features of a row, patches included. */
export function featuresOfRow(config: Config, { inputs, width }: Sizes): Work {
  const work = sum(
    patchesOfRow(config),
    onBackend(config, mapOfRow(config.map, config.kernel, inputs, width)),
  );
  if (config.map === 'sorf' || config.map === 'fastfood') {
    // Hadamard transforms of whole blocks; only simd does one in a single operation.
    const block = 2 ** Math.ceil(Math.log2(inputs));
    const blocks = Math.ceil(width / block);
    return sum(work, { script: { simd: 8, wasm: 60, cpu: 960 }[config.backend] * block * blocks });
  }
  // Only simd has the cosine in the product.
  return sum(work, config.backend === 'simd' ? {} : { script: 18 * width });
}

/** Only simd has patch responses in one operation: elsewhere they are a convolution and products. */
function patchesOfRow(config: Config): Work {
  const { filters, patchSize, backend } = config;
  if (filters === 0) return {};
  const features = 4.6 * (patchSize * (31 - patchSize)) ** 2 * filters;
  return onBackend(config, { features: backend === 'wasm' ? 5.7 * features : features });
}

function mapOfRow(map: Config['map'], kernel: Config['kernel'], inputs: number, width: number) {
  const product = 2 * inputs * width;
  switch (map) {
    case 'identity':
    case 'sorf':
    case 'fastfood':
      return {};
    case 'tensor-sketch':
      return { features: 2 * product + 5 * element * width };
    case 'nystroem':
      return { features: kernelOfRow(kernel, inputs, width) + 2 * width * width };
    case 'arc-cosine':
      return { features: product + 2 * element * width };
    default:
      return { features: product };
  }
}

/** Kernel values at the landmarks; those of a distance in L1 have no product of matrices. */
function kernelOfRow(kernel: Config['kernel'], inputs: number, width: number): number {
  if (kernel === 'laplacian') return element * inputs * width;
  if (kernel === 'cauchy') return 2.5 * element * inputs * width;
  return 2 * inputs * width + 8 * element * width;
}

/** What is done before the first row: drawing, and learning from some rows. */
export function prepareWork(config: Config, sizes: Sizes): Work {
  const { map } = config;
  const { inputs, width } = sizes;
  // Filters learn from so many rows.
  const patches = times(4096, patchesOfRow(config));
  const drawn = { script: 25 * inputs * width };
  switch (map) {
    case 'identity':
    case 'sorf':
    case 'fastfood':
      return patches;
    case 'orf':
      return sum(patches, drawn, { script: 200 * inputs * width });
    case 'qmc':
      return sum(patches, { script: 400 * inputs * width });
    case 'nystroem': {
      const rows = onBackend(config, { features: kernelOfRow(config.kernel, inputs, width) });
      return sum(patches, times(width, rows), { algebra: (4 / 3) * width ** 3 });
    }
    default:
      return sum(patches, drawn);
  }
}

/** tfjs's own backends are slower: that on WebAssembly at products, the plain one at all. */
export function onBackend({ backend }: Pick<Config, 'backend'>, work: Work): Work {
  const { features = 0, ...rest } = work;
  if (backend === 'simd') return work;
  return backend === 'wasm'
    ? sum(rest, { features: 3 * features })
    : sum(rest, { script: 1.1 * features });
}
