import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';

/** What is wrong with an installed package that is a command: nothing, or one line each. */
export async function commandFaults(folder: string, name: string): Promise<string[]> {
  const own = join(folder, 'node_modules', name);
  const faults: string[] = [];
  const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  const files = readdirSync(own, { recursive: true, encoding: 'utf8' });
  for (const file of ['README.md', 'LICENSE', ...Object.values<string>(manifest.bin)]) {
    if (!existsSync(join(own, file))) faults.push(`${file} is missing.`);
  }
  for (const file of files) {
    if (/\.test\.|fixtures|^src/.test(file) && !file.startsWith('node_modules')) {
      faults.push(`${file} should not be published.`);
    }
  }
  // The private packages are in the bundle.
  const unknown = files
    .filter((file) => /^dist.*\.js$/.test(file))
    .flatMap(
      (file) =>
        readFileSync(join(own, file), 'utf8').match(/from ?["']@kernel-methods\/[^"']+/g) ?? [],
    )
    .map((text) =>
      text
        .replace(/^from ?["']/, '')
        .split('/')
        .slice(0, 2)
        .join('/'),
    )
    .filter((wanted) => !Object.hasOwn(manifest.dependencies, wanted));
  faults.push(...unknown.map((wanted) => `${wanted} is imported and not a dependency.`));

  const rows = Array.from(
    { length: 80 },
    (_, i) => `${i % 9},${(i * 7) % 11},${i % 9 > 4 ? 'yes' : 'no'}`,
  );
  writeFileSync(join(folder, 'data.csv'), `a,b,c\n${rows.join('\n')}\n`);
  for (const program of [
    join(own, manifest.bin['kernel-methods']),
    join(folder, 'node_modules/kernel-methods/dist/command.js'),
  ]) {
    const run = (...args: string[]) => command([process.execPath, [program, ...args]], folder);
    const { stdout } = await run(
      'fit',
      'data.csv',
      '--target',
      'c',
      '--candidates',
      '1',
      '--save',
      'model',
      '--json',
      '--html',
      'page.html',
    );
    if (!(JSON.parse(stdout).scores.chosen.mean > 0.8))
      faults.push(`${program} learns nothing: ${stdout}`);
    const predicted = await run('predict', 'model', 'data.csv');
    if (!predicted.stdout.startsWith('c,p(no),p(yes)\r\n'))
      faults.push(`${program} predicts: ${predicted.stdout}`);
  }
  // What is optional is not installed here.
  const asked = ['fit', 'data.csv', '--target', 'c', '--machines', 'redis://127.0.0.1:1'];
  const program = join(own, manifest.bin['kernel-methods']);
  const said = await command([process.execPath, [program, ...asked]], folder).then(
    ({ stdout }) => stdout,
    (error: Error) => error.message,
  );
  if (!said.includes('exit code 2\n') || !said.includes('npm install @kernel-methods/distributed'))
    faults.push(`--machines does not say what it needs: ${said}`);
  const worker =
    "import('@kernel-methods/command/dist/rows.js').then((m) => console.log(typeof m.rows))";
  const { stdout } = await command([process.execPath, ['-e', worker]], folder);
  if (stdout !== 'function\n') faults.push(`dist/rows.js has no rows: ${stdout}`);
  return faults;
}
