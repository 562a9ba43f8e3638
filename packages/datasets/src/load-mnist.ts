import { fashionMnist, kmnist, mnist } from './image-sets.ts';
import { type LoadDatasetOptions, type LoadedImages, loadImageSet } from './load-image-set.ts';

/**
 * MNIST, handwritten digits: 60,000 training and 10,000 test images of 28×28 bytes.
 *
 * The files are looked for in `dataDir`, then in `mnist/` of the folder that the environment
 * variable KERNEL_METHODS_DATA names, then in the user's cache folder; if they are nowhere, they
 * are downloaded (11 MB for the training rows). Cached files are checked by SHA-256 every time.
 *
 * @throws RangeError for an option of the wrong kind, before any work.
 * @throws DatasetError for a file that is missing, damaged or unavailable; its `code` says which.
 *
 * @example
 * const { x, y } = await loadMnist({ split: 'train' });
 */
export const loadMnist = (options: LoadDatasetOptions): Promise<LoadedImages> =>
  loadImageSet(mnist, options);

/**
 * Fashion-MNIST, articles of clothing: as {@link loadMnist}; subfolder `fashion-mnist/`.
 *
 * @example
 * const { x, y } = await loadFashionMnist({ split: 'train' });
 */
export const loadFashionMnist = (options: LoadDatasetOptions): Promise<LoadedImages> =>
  loadImageSet(fashionMnist, options);

/**
 * Kuzushiji-MNIST, cursive Japanese characters: as {@link loadMnist}; subfolder `kmnist/`.
 *
 * @example
 * const { x, y } = await loadKmnist({ split: 'train' });
 */
export const loadKmnist = (options: LoadDatasetOptions): Promise<LoadedImages> =>
  loadImageSet(kmnist, options);
