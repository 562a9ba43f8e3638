import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../setup.js';
import { awaited, bundlers, fitAwaited, loadBundled, splitting } from './bundlers.ts';
import { buildFaults, publishFaults, runBundled, runSnippet, typeFaults } from './checks.ts';
import { commandFaults } from './command-package.ts';
import { contentFaults } from './contents.ts';
import { declarationFaults, typescripts } from './declarations.ts';
import { jestWays, runJest } from './jest.ts';
import { limit } from './limit.ts';
import { pack } from './pack.ts';
import { makeProject, type Project } from './project.ts';
import { findRuntime, fitIn, requireIn, runtimes } from './runtimes.ts';
import { sizeLimit } from './sizes.ts';
import { snippetsOf } from './snippets.ts';
import { bundlesTwice, evaluateTwice } from './twice.ts';
import { missingWorkerd, withoutWebAssembly } from './without-webassembly.ts';
import { commands, libraries, published } from './workspace.ts';

// Every published package, packed and installed alone (with what it needs) as a user does it.
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-packaging-')));
afterAll(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));

const two = limit(2);
const tarballs = new Map<string, string>();
await Promise.all(
  published.map((one) =>
    two(async () => {
      tarballs.set(one.manifest.name, await pack(one, join(temporary, 'tarballs')));
    }),
  ),
);

for (const { folder, manifest } of libraries) {
  const { name } = manifest;
  const tarball = tarballs.get(name)!;

  describe.concurrent(name, () => {
    testProject(name, [name], join(folder, 'README.md'), (project) => {
      test('contains what it should, and nothing else', async () => {
        expect(contentFaults(join((await project).folder, 'node_modules', name))).toEqual([]);
      });
    });
    test('passes publint and are-the-types-wrong', () => publishFaults(tarball));
    test(`is at most ${sizeLimit(name)} kB`, () => {
      expect(statSync(tarball).size / 1000).toBeLessThanOrEqual(sizeLimit(name));
    });
  });
}

for (const { manifest } of commands) {
  const { name } = manifest;
  describe.concurrent(name, () => {
    const folder = join(temporary, name.replace(/\W+/g, '-'));
    // Beside the umbrella, whose command starts it.
    const project = two(() => makeProject(folder, [name, 'kernel-methods'], [], tarballs));
    project.catch(() => {});
    test('is whole, and starts by its own name and by that of the umbrella', async () => {
      expect(await commandFaults((await project).folder, name)).toEqual([]);
    });
    test(`is at most ${sizeLimit(name)} kB`, () => {
      expect(statSync(tarballs.get(name)!).size / 1000).toBeLessThanOrEqual(sizeLimit(name));
    });
  });
}

describe.concurrent('the project', () => {
  const names = libraries.map(({ manifest }) => manifest.name);
  testProject('all', names, join(root, 'README.md'), (project) => {
    for (const version of Object.keys(typescripts) as (keyof typeof typescripts)[]) {
      test(`the declarations hold in TypeScript ${version}`, async () => {
        expect(await declarationFaults(await project, names, version)).toEqual([]);
      });
    }
    test('is required by CommonJS', async () => {
      const objects = names.map(() => 'object').join();
      expect(await requireIn(await project, names)).toBe(objects);
    });
    for (const runtime of Object.keys(runtimes)) {
      test(`trains in ${runtime}`, async ({ skip }) => {
        const path = findRuntime(runtime);
        skip(!path, `There is no ${runtime} on the PATH.`);
        expect(await fitIn(await project, runtime, path!)).toBe('true');
      });
    }
    for (const [where, run] of Object.entries(withoutWebAssembly)) {
      test(`trains without WebAssembly: ${where}`, async ({ skip }) => {
        const missing = where === 'workerd' ? await missingWorkerd(temporary) : undefined;
        skip(missing !== undefined, `workerd does not run here: ${missing}`);
        expect(JSON.parse(await run(await project))).toEqual({
          ...{ variant: 'javascript', learnt: true },
        });
      });
    }
    test.each(Object.keys(jestWays))('trains in Jest: %s', async (way) => {
      await runJest(await project, names, way);
    });
    test.each(Object.entries(bundlesTwice))(
      'is silent where it is evaluated twice, %s',
      async (_, external) => {
        const { results, written } = await evaluateTwice(await project, external);
        expect(results).toEqual(['simd 1,1 1', 'simd 1,1 1']);
        expect(written).toEqual([]);
      },
    );
    // Without a name from it, or a registration would stay for another reason.
    for (const name of ['@kernel-methods/features', 'kernel-methods']) {
      test.each(Object.keys(bundlers))(
        `${name}, imported bare, registers in %s`,
        async (bundler) => {
          expect(await loadBundled(await project, name, bundler)).toBe('1,4');
        },
      );
    }
    for (const what of Object.keys(awaited)) {
      test.each(['esbuild', ...Object.keys(splitting)])(
        `a fit that is awaited at the top level ends: ${what}, in %s`,
        async (bundler) => {
          expect(await fitAwaited(await project, what, bundler)).toBe('exact');
        },
      );
    }
  });
});

/** Installs packages in a project of their own and tries the README's snippets there. */
function testProject(
  label: string,
  names: string[],
  readme: string,
  more: (project: Promise<Project>) => void = () => {},
) {
  const snippets = existsSync(readme) ? snippetsOf(readFileSync(readme, 'utf8')) : [];
  const folder = join(temporary, label.replace(/\W+/g, '-'));
  const project = two(() => makeProject(folder, names, snippets, tarballs));
  project.catch(() => {}); // each test that awaits it reports it

  test('installs', async () => {
    await project;
  });
  more(project);
  if (snippets.length === 0) return;
  test('the types of the README’s snippets hold', async () => {
    expect(await typeFaults(await project)).toEqual([]);
  });
  snippets.forEach(({ line, run, browser }, i) => {
    const file = `snippet-${i + 1}.ts`;
    if (run) {
      test(`README line ${line} runs`, async () => runSnippet(await project, file));
      test(`README line ${line} runs bundled`, async () => runBundled(await project, file));
    }
    if (browser) {
      test(`README line ${line} builds for the browser`, async () => {
        expect(await buildFaults(await project, file)).toEqual([]);
      });
    }
  });
}
