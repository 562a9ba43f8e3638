// Finds the addon of this platform: one that `npm run native` built here, else the package of the platform, which npm
// installs beside this one. CommonJS, so that every Node from 20.0 on can load it at once.
const { join } = require('node:path');

/** The packages that may hold the addon of this platform. npm installs the one that fits the C library. */
function platforms() {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform === 'linux') return [`${name}-gnu`, `${name}-musl`];
  return [process.platform === 'win32' ? `${name}-msvc` : name];
}

/** @type {import('./index.cjs').NativeAddon | undefined} */
let addon;

function load() {
  if (addon) return addon;
  const names = platforms();
  const local = join(__dirname, '..', `native.${process.platform}-${process.arch}.node`);
  const failures = [];
  for (const place of [local, ...names.map((name) => `@kernel-methods/native-${name}`)]) {
    try {
      addon = require(place);
      return addon;
    } catch (error) {
      // What is not there is no news; what is there and does not load is.
      if (error.code !== 'MODULE_NOT_FOUND') failures.push(error.message);
    }
  }
  throw new Error(failures[0] ?? `@kernel-methods/native-${names[0]} is not installed`);
}

module.exports = { load };
