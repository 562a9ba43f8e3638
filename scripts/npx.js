import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

/**
 * The command that runs npm's `npx` or `npm` without a shell: its own JavaScript under this Node.
 * (On Windows `npx` is a .cmd file, which Node does not spawn without a shell.)
 *
 * @param {'npm' | 'npx'} name
 * @param {string[]} args
 * @returns {[file: string, args: string[]]}
 */
export function npmCommand(name, args) {
  const folder = [...candidates()].find((dir) => existsSync(join(dir, `${name}-cli.js`)));
  return folder ? [process.execPath, [join(folder, `${name}-cli.js`), ...args]] : [name, args];
}

/** Folders in which npm's npm-cli.js and npx-cli.js may lie, the likeliest first. */
function* candidates() {
  // npm names its own file to the scripts it runs; another package manager would name another.
  const running = process.env.npm_execpath;
  if (running && /^np[mx]-cli\.js$/.test(basename(running))) yield dirname(running);
  const folders = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)];
  for (const folder of folders) {
    const npm = join(folder, 'npm');
    if (!existsSync(npm)) continue;
    yield dirname(realpathSync(npm)); // a link to npm-cli.js
    yield join(folder, 'node_modules', 'npm', 'bin'); // Windows: beside the launcher
    yield join(folder, '..', 'lib', 'node_modules', 'npm', 'bin');
  }
}
