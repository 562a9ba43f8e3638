/**
 * The app that `npm start` is for. All of the main job's arguments are options, but for one; kernel-methods begins with a word, and
 * says which there are.
 *
 * @param {string | undefined} first
 */
export function appFor(first = '') {
  const isWord = first !== '' && !first.startsWith('-') && first !== 'compare';
  return isWord ? 'apps/kernel-methods' : 'apps/mnist-bench';
}
