import type { Config } from '../options/options.ts';
import { pixels, type Sizes } from './sizes.ts';
import { sum, times, type Work } from './work.ts';

// The factors were fitted to measured runs: `bench/estimates.ts` holds them to a factor of 2.

/** An element of a tensor that tfjs's operation reads and writes, as operations in float32. */
const element = 100;

/** The features of a row, patches included. */
export function featuresOfRow(config: Config, { inputs, width }: Sizes): Work {
  const { filters, patchSize, map, kernel, backend } = config;
  const patches = filters === 0 ? {} : { features: 4.6 * (patchSize * (31 - patchSize)) ** 2 * filters };
  const work = sum(patches, mapOfRow(map, kernel, inputs, width));
  // Only simd has the cosine in the product.
  return sum(onBackend(config, work), backend === 'simd' ? {} : { script: 18 * width });
}

function mapOfRow(map: Config['map'], kernel: Config['kernel'], inputs: number, width: number) {
  const product = 2 * inputs * width;
  switch (map) {
    case 'identity':
      return { features: 0 };
    case 'sorf':
      // Three Hadamard transforms a block, on one core.
      return { script: 8 * width };
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
  const { map, filters } = config;
  const { inputs, width } = sizes;
  const patches =
    filters === 0 ? {} : times(4096, onBackend(config, { features: 80 * pixels * filters }));
  const drawn = { script: 25 * inputs * width };
  switch (map) {
    case 'identity':
    case 'sorf':
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
