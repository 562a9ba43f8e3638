import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, posix, sep } from 'node:path';

/** What is wrong with the files of an installed package: nothing, or one line each. */
export function contentFaults(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.startsWith('node_modules/'));
  const has = new Set(files);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };

  for (const file of ['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']) {
    expect(has.has(file), `${file} is missing.`);
  }
  for (const file of files) {
    const ok =
      /^(dist|src|assembly)\//.test(file) || /^(README|LICENSE|CHANGELOG|package)\b/.test(file);
    expect(ok, `${file} should not be published.`);
    expect(!/\.(test|bench)\.|(^|\/)fixtures\/|\.tsbuildinfo$/.test(file), `${file} is for tests.`);
    if (/^dist\/.*\.js$/.test(file)) {
      expect(has.has(file.replace(/\.js$/, '.d.ts')), `${file} has no declaration.`);
      expect(has.has(`${file}.map`), `${file} has no source map.`);
    }
    // The build drops comments (`scripts/build.ts`): one that is meant for a bundler would be lost.
    const hint = /^src\//.test(file) && /\/\*\s*(webpack\w+:|@vite-ignore|[@#]__)/.exec(read(file));
    expect(!hint, `${file} has a hint for bundlers (${hint}), which the build drops.`);
    if (file.endsWith('.map')) {
      for (const source of JSON.parse(read(file)).sources as string[]) {
        const path = posix.join(posix.dirname(file), source);
        // A source that is gone: the output is of an older build (remove dist and build again).
        expect(has.has(path), `${file} names ${path}, which is missing.`);
        if (has.has(path) && file.endsWith('.js.map'))
          faults.push(...misledThrows(file, path, read));
      }
    }
  }
  // Parcel and import maps know nothing of `imports`, and Parcel's default reads `main`, not `exports`.
  const { main, imports } = JSON.parse(read('package.json'));
  expect(main === './dist/index.js', 'package.json has no `main`, which Parcel needs.');
  expect(!imports, 'package.json has `imports`, which Parcel and import maps do not know.');
  const unresolved = read('package.json').match(/"(workspace|catalog):[^"]*"/g);
  expect(!unresolved, `package.json has ${unresolved?.join(', ')}.`);
  return faults;
}

/** Each line that throws, unless its source map leads to a line that throws. */
function misledThrows(
  mapFile: string,
  sourceFile: string,
  read: (path: string) => string,
): string[] {
  const map = new SourceMap(JSON.parse(read(mapFile)));
  const source = read(sourceFile).split('\n');
  return read(mapFile.replace(/\.map$/, ''))
    .split('\n')
    .flatMap((line, i) => {
      if (!/^\s*throw /.test(line)) return [];
      const entry = map.findEntry(i, line.search(/\S/));
      const found = 'originalLine' in entry ? source[entry.originalLine] : undefined;
      return found?.includes('throw ') ? [] : [`${mapFile} leads line ${i + 1} to: ${found}`];
    });
}
