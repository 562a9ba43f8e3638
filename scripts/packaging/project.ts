import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from '../npx.js';
import { command } from './command.ts';
import { importsOf, type Snippet } from './snippets.ts';
import { catalogVersion, type Manifest, published, withOurs } from './workspace.ts';

/** An empty project in which packages were installed as a user does it. */
export interface Project {
  folder: string;
  snippets: { file: string; snippet: Snippet }[];
}

/**
 * Makes a project with the tarballs of the named packages, those of ours that they need, their
 * peers and what the snippets import besides (a tfjs backend), and writes the snippets into it.
 */
export async function makeProject(
  folder: string,
  names: string[],
  snippets: Snippet[],
  tarballs: Map<string, string>,
): Promise<Project> {
  const dependencies: Record<string, string> = {};
  const manifests: Manifest[] = [];
  for (const name of new Set(names.flatMap((name) => [...withOurs(name)]))) {
    dependencies[name] = `file:${tarballs.get(name)}`;
    manifests.push(published.find(({ manifest }) => manifest.name === name)!.manifest);
  }
  // What is optional is not installed: a package must do without it.
  const peers = manifests.flatMap(({ peerDependencies = {}, peerDependenciesMeta = {} }) =>
    Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional),
  );
  const imported = snippets.flatMap(({ code }) => importsOf(code));
  const types = snippets.every(({ browser }) => browser) ? [] : ['node'];
  imported.push(...types.map((name) => `@types/${name}`));
  for (const name of [...peers, ...imported]) dependencies[name] ??= catalogVersion(name);

  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('package.json', JSON.stringify({ private: true, type: 'module', dependencies }, null, 2));
  const files = snippets.map((snippet, i) => {
    const file = `snippet-${i + 1}.ts`;
    // A module even if it imports nothing, so that two snippets may use the same names.
    write(file, `${snippet.code}\nexport {};\n`);
    return { file, snippet };
  });
  write(
    'tsconfig.json',
    JSON.stringify(
      tsconfig(
        files.map(({ file }) => file),
        types,
      ),
    ),
  );
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await command(npmCommand('npm', ['install', ...flags]), folder);
  return { folder, snippets: files };
}

function tsconfig(files: string[], types: string[]) {
  return {
    files,
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
      module: 'nodenext',
      strict: true,
      noEmit: true,
      types,
      allowImportingTsExtensions: true,
    },
  };
}
