import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What an installation depends on, as one hash: the lock file, every manifest of the workspace,
 * the platform, and where the tree lies (some of what is installed holds absolute paths).
 *
 * @param {string} root
 */
export function fingerprint(root) {
  const hash = createHash('sha256');
  hash.update(`${process.platform} ${process.arch} ${root}\n`);
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
  for (const folder of workspaceFolders(root)) files.push(`${folder}/package.json`);
  for (const file of files) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`${file}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/**
 * The folders of the workspace's packages and apps, relative to the root.
 *
 * @param {string} root
 */
export function workspaceFolders(root) {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    existsSync(join(root, parent))
      ? readdirSync(join(root, parent))
          .sort()
          .map((name) => `${parent}/${name}`)
      : [],
  );
  return [...folders, 'examples'].filter((folder) =>
    existsSync(join(root, folder, 'package.json')),
  );
}
