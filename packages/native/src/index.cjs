// Finds the addon of this platform: one that `npm run native` built here, else the package of the platform, which npm
// installs beside this one. CommonJS, so that every Node from 20.0 on can load it at once.
const { closeSync, openSync, readSync, statSync } = require('node:fs');
const { join } = require('node:path');

/** The packages that may hold the addon of this platform. npm installs the one that fits the C library. */
function platforms() {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform === 'linux') return [`${name}-gnu`, `${name}-musl`];
  return [process.platform === 'win32' ? `${name}-msvc` : name];
}

/** The numbers that ELF gives to processors. */
const machines = { x64: 62, arm64: 183 };

/**
 * On Linux a library that was cut off, by a full disk or a broken download, loads and ends the process with SIGBUS when
 * it is used. The table of its sections stands at its end. What is no library of this system gets words of ours: those
 * of the loader name no cause.
 *
 * @param {string} file
 */
function checkWhole(file) {
  // A pipe would wait for its writer for ever.
  const found = statSync(file);
  if (!found.isFile()) throw new Error(`${file} is not a file`);
  if (process.platform !== 'linux') return;
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(64);
    const isElf =
      readSync(descriptor, header, 0, 64, 0) === 64 &&
      header.toString('latin1', 0, 4) === '\x7fELF';
    if (!isElf) throw new Error(`${file} is not a library of Linux`);
    const machine = header.readUInt16LE(18);
    if (machine !== (machines[process.arch] ?? machine)) {
      throw new Error(`${file} is for another processor than ${process.arch}`);
    }
    const sections = header.readUInt16LE(58) * header.readUInt16LE(60);
    const end = Number(header.readBigUInt64LE(40)) + sections;
    if (found.size < end) {
      throw new Error(`${file} is cut off: it has ${found.size} of ${end} bytes`);
    }
  } finally {
    closeSync(descriptor);
  }
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
      checkWhole(require.resolve(place));
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
