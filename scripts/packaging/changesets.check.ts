import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceFolders } from '../fingerprint.js';
import { root } from '../setup.js';
import { toolCommand } from '../tool.js';
import { command } from './command.ts';
import { type Manifest, published } from './workspace.ts';

// A release's dry run: what `changeset version` makes of the manifests, in a copy of them.
// Trap: changesets before 3.0 raised the major of whatever has a bumped package as a peer.
describe.each(['0.1.0', '1.0.0'])('from version %s', (version) => {
  test.each(published.map(({ manifest }) => manifest.name))(
    'a minor of %s gives no major to any package',
    async (name) => {
      const versions = await versionsAfter({ [name]: 'minor' }, version);
      const [major, minor] = version.split('.').map(Number);
      expect(versions[name]).toBe(`${major}.${minor + 1}.0`);
      for (const [other, next] of Object.entries(versions)) {
        expect(next.split('.')[0], other).toBe(String(major));
      }
    },
  );
});

test('the changesets at hand give no major', async () => {
  const versions = await versionsAfter();
  for (const { manifest } of published) {
    const major = (text: string) => text.split('.')[0];
    expect(major(versions[manifest.name]), manifest.name).toBe(major(manifest.version));
  }
});

/** The versions after `changeset version`, from the changesets at hand or the bumps given. */
async function versionsAfter(bumps?: Record<string, string>, version?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-methods-changesets-'));
  try {
    const manifests = workspaceFolders(root).map((path) => join(path, 'package.json'));
    for (const file of ['package.json', 'pnpm-workspace.yaml', ...manifests]) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    const read = (file: string): Manifest => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
    if (version) {
      for (const file of manifests) write(file, JSON.stringify({ ...read(file), version }));
    }
    // The changelog needs git's history, which the copy has not.
    const config = JSON.parse(readFileSync(join(root, '.changeset', 'config.json'), 'utf8'));
    if (!bumps) cpSync(join(root, '.changeset'), join(folder, '.changeset'), { recursive: true });
    mkdirSync(join(folder, '.changeset'), { recursive: true });
    write('.changeset/config.json', JSON.stringify({ ...config, changelog: false, format: false }));
    if (bumps) {
      const lines = Object.entries(bumps).map(([name, bump]) => `'${name}': ${bump}`);
      write('.changeset/some.md', `---\n${lines.join('\n')}\n---\n\nSomething new.\n`);
    }
    await command(toolCommand('@changesets/cli', 'changeset', ['version']), folder);
    return Object.fromEntries(manifests.map(read).map(({ name, version }) => [name, version]));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
