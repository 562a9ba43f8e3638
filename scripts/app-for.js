/**
 * The app that `npm start` runs. The main job takes only options, and the word `compare`; any other word
 * is for kernel-methods, which lists the words that it knows.
 *
 * @param {string | undefined} first
 */
export function appFor(first = '') {
  const isWord = first !== '' && !first.startsWith('-') && first !== 'compare';
  return isWord ? 'apps/kernel-methods' : 'apps/mnist-bench';
}
