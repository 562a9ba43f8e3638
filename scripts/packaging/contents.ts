import { readdirSync, readFileSync } from 'node:fs';
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

  // Parcel and import maps know nothing of `imports`, and Parcel's default reads `main`, not `exports`.
  const { main, types, imports } = JSON.parse(read('package.json'));
  expect(main, 'package.json has no `main`, which Parcel needs.');
  expect(!imports, 'package.json has `imports`, which Parcel and import maps do not know.');
  for (const file of ['README.md', 'LICENSE', 'package.json', main, types]) {
    expect(has.has(posix.normalize(file)), `${file} is missing.`);
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
    if (file.endsWith('.map')) {
      for (const source of JSON.parse(read(file)).sources as string[]) {
        const path = posix.join(posix.dirname(file), source);
        // A source that is gone: the output is of an older build (remove dist and build again).
        expect(has.has(path), `${file} names ${path}, which is missing.`);
      }
    }
  }
  const unresolved = read('package.json').match(/"(workspace|catalog):[^"]*"/g);
  expect(!unresolved, `package.json has ${unresolved?.join(', ')}.`);
  return faults;
}
