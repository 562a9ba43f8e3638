// Compiles assembly/ three times (plain SIMD, relaxed SIMD, and relaxed SIMD with wide tiles) and writes TypeScript
// modules to src/wasm: the binaries, the tables of assembly/tables.ts, the names of the kernels and the text of the
// worker. Does nothing where they are current.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'src/wasm');
const options = [
  ...['-O3', '--runtime', 'stub', '--importMemory', '--sharedMemory', '--noAssert'],
  ...[
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--memoryBase',
    '1024',
    '--use',
    'abort=',
  ],
  ...['--enable', 'simd', '--enable', 'threads'],
];
const relaxed = ['--enable', 'relaxed-simd'];
// Columns in a panel of B, BLIS's NR.
const nr = { plain: 8, relaxed: 8, wide: 16 };
const flags = (variant) => [
  ...(variant === 'plain' ? [] : relaxed),
  ...['--use', `PANEL_COLUMNS=${nr[variant]}`],
];

/** Builds what is stale; the default export so that vitest can take this file as its global setup. */
export default async function buildWasm() {
  if (isCurrent()) return;
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(out, { recursive: true });
  const header = headerOfSources();
  const binaries = await Promise.all(
    Object.keys(nr).map(async (variant) => [
      variant,
      await compile(asc, 'assembly/index.ts', flags(variant)),
    ]),
  );
  for (const [variant, binary] of binaries) {
    // Not base64: compressed, that is a third larger, since it hides where bytes repeat.
    const hex = Buffer.from(binary).toString('hex');
    write(variant, `${header}export const ${variant}: string =\n  '${hex}';\n`);
  }
  const tables = await compile(asc, 'assembly/tables.ts', flags('plain'));
  write('tables', `${header}${tablesText(binaries[0][1], tables)}`);
  const worker = JSON.stringify(readFileSync(join(root, 'src/worker.js'), 'utf8'));
  write('worker-text', `${header}export const workerText: string =\n  ${worker};\n`);
}

/** Whether every generated module was made from the sources as they are now. */
export function isCurrent() {
  const header = headerOfSources();
  const names = [...Object.keys(nr), 'tables', 'worker-text'];
  return names.every((name) => read(join(out, `${name}.ts`)).startsWith(header));
}

/** What TypeScript must know of the kernels: their names, the numbers of operations, the sizes of blocks. */
function tablesText(kernels, tables) {
  const names = WebAssembly.Module.exports(new WebAssembly.Module(kernels))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name)
    .sort();
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(tables), { env: { memory } });
  const sizes = [];
  const enums = new Map();
  for (const [name, value] of Object.entries(exports)) {
    if (!(value instanceof WebAssembly.Global)) continue;
    // The compiler exports a member of an enum as `Enum.member`.
    const [table, member] = name.split('.');
    if (member) enums.set(table, { ...enums.get(table), [member]: value.value });
    else sizes.push(`export const ${name} = ${value.value};`);
  }
  return [
    `/** Kernels of assembly/index.ts. */\nexport const kernelNames = ${JSON.stringify(names)} as const;`,
    '/** The name of a kernel in the WebAssembly modules. */\nexport type WasmKernelName = (typeof kernelNames)[number];',
    '// Sizes of assembly/blocks.ts.',
    sizes.join('\n'),
    `/** Columns in a panel of B, by build. */\nexport const NR = ${JSON.stringify(nr)} as const;`,
    '// Tables of assembly/operations.ts.',
    ...[...enums].map(
      ([name, members]) =>
        `export const ${name} = ${JSON.stringify(members)} as const;\n` +
        `export type ${name} = keyof typeof ${name};`,
    ),
    '',
  ].join('\n\n');
}

async function compile(asc, entry, extra) {
  let binary;
  const { error, stderr } = await asc.main(
    [entry, '--baseDir', root, '--outFile', 'out.wasm', ...options, ...extra],
    {
      readFile: (name, base) => read(join(base, name)) || null,
      writeFile: (_, contents) => {
        binary = contents;
      },
      listFiles: (name, base) => {
        const directory = join(base, name);
        return existsSync(directory) ? readdirSync(directory) : null;
      },
    },
  );
  if (error) throw new Error(`asc failed: ${error.message}\n${stderr.toString()}`);
  return binary;
}

function headerOfSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'assembly'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(root, 'assembly', name));
  for (const file of [...sources, join(root, 'src/worker.js'), fileURLToPath(import.meta.url)]) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return `// Generated by scripts/build-wasm.js from sources ${hash.digest('hex').slice(0, 16)}.\n`;
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

// Several test runs may build at once: none must read another's half-written file.
function write(name, text) {
  const file = join(out, `${name}.ts`);
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(root);
  await buildWasm();
}
