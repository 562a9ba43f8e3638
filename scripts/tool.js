import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, root } from './setup.js';

/**
 * The command of a tool among the root's dependencies: its JavaScript on the pinned Node, the
 * same on every platform.
 *
 * @param {string} packageName
 * @param {string} bin the name of the command
 * @param {string[]} args
 * @returns {[file: string, args: string[]]}
 */
export function toolCommand(packageName, bin, args) {
  const folder = join(root, 'node_modules', packageName);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // One that is named like its package stands alone.
  const file = typeof bins === 'string' ? bins : bins[bin];
  return [pinnedNode, [join(folder, file), ...args]];
}
