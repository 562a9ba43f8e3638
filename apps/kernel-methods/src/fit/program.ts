import { earlySolvers, type Question, type Settings } from '@kernel-methods/search';
import type { Side } from '../data/side-by-side.ts';
import { ones } from '../data/target-columns.ts';
import type { FitSettings } from '../options/options.ts';

interface Described {
  /** Each with those that lie beside it. */
  readonly files: readonly (readonly Side[])[];
  readonly settings: FitSettings & { readonly target: string };
  readonly question: Pick<Question, 'task' | 'labels'>;
  /** Those that the target is joined from, where it is no column itself. */
  readonly targetColumns?: readonly string[];
  readonly machine: Settings;
  /** The columns that are taken from files that may have others. */
  readonly only?: readonly string[];
  /** Where a target is missing. */
  readonly hasBlankTargets: boolean;
}

/** How each map is written, and the names that it needs. */
const mapTexts: Readonly<Record<string, (machine: Settings, kernel: string) => string>> = {
  nystroem: ({ outputDim, seed }, kernel) =>
    `nystroem({ outputDim: ${outputDim}, kernel: ${kernel}, seed: ${seed} })`,
  randomFourierFeatures: ({ outputDim, seed }, kernel) =>
    `randomFourierFeatures({ outputDim: ${outputDim}, kernelInitializer: ${kernel}, seed: ${seed} })`,
  identity: () => 'identity()',
};

/** The TypeScript program that makes the same model from the same file. */
export function programOf(described: Described): string {
  const { settings, machine, targetColumns } = described;
  const { task, labels } = described.question;
  const hasBlankLists =
    labels !== undefined && targetColumns === undefined && described.hasBlankTargets;
  const { map, kernel, loss, reach, solver, tolerance, l2, seed } = machine;
  const { target, weights, groups, drop = [] } = settings;
  const kernelText = kernel ? `${kernel.name}({ scale: ${kernel.scale} })` : '';
  const apart = [
    ...new Set([...drop, ...(groups ? [groups] : []), ...(weights ? [weights] : [])]),
    ...(targetColumns ?? (hasBlankLists ? [target] : [])),
  ];
  const rows = apart.length > 0 ? 'rows' : 'table';
  // The solver, and the one within it, if they are made here.
  const solvers = tolerance === undefined ? [] : [solver, earlySolvers[solver]?.base ?? []].flat();
  const imports = [
    ...(kernel ? [kernel.name] : []),
    ...(reach === undefined ? [] : [loss]),
    ...solvers,
    ...(described.files.flat().length > 1 ? ['Table'] : []),
    ...(labels ? ['multilabel'] : []),
    ...['fileSystem', 'KernelModel', map, 'readTable'],
  ].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return [
    `import { ${imports.join(', ')} } from 'kernel-methods';`,
    '',
    ...reading(described),
    ...(apart.length > 0 ? [`const rows = table.drop(${apart.map(quoted).join(', ')});`] : []),
    ...(targetColumns ? joinedLists() : hasBlankLists ? blankLists(target) : []),
    '',
    'const model = new KernelModel({',
    `  task: ${labels ? `multilabel({ separator: ${quoted(labels.separator)} })` : quoted(task)},`,
    `  features: ${mapTexts[map](machine, kernelText)},`,
    `  loss: ${reach === undefined ? quoted(loss) : `${loss}.with({ delta: ${reach} })`},`,
    `  solver: ${tolerance === undefined ? quoted(solver) : called(solvers, `{ tolerance: ${tolerance} }`)},`,
    ...(l2 === undefined ? [] : [`  l2: ${l2},`]),
    `  seed: ${seed},`,
    '});',
    `await model.fit(${rows}, ${hasBlankLists || targetColumns ? 'labels' : quoted(target)}${weighted(weights)});`,
    "await model.save(fileSystem('model'));",
    'model.dispose();',
    '',
  ].join('\n');
}

/** A call of the first function with a call of the next, and of the last with the options. */
const called = (functions: readonly string[], options: string) =>
  functions.reduceRight((inner, name) => `${name}(${inner})`, options);

function reading(described: Described): string[] {
  const { files, settings, question, targetColumns, hasBlankTargets, only } = described;
  const { target } = settings;
  const read = (sides: readonly Side[]) => {
    const [first] = sides;
    const whole =
      sides.length === 1
        ? `(${readText(first)})`
        : `new Table([${sides.map(columnsText).join('')}\n])`;
    if (only !== undefined) return `${whole}.select(${only.map(quoted).join(', ')})`;
    return sides.length === 1 ? readText(first) : whole;
  };
  // A blank list is a row without labels.
  const leavesOut = hasBlankTargets && (question.labels === undefined || targetColumns);
  const isKnown = targetColumns
    ? 'targets.some((name) => row[name] !== null)'
    : `row[${quoted(target)}] !== null`;
  const name = leavesOut ? 'all' : 'table';
  return [
    ...(files.length === 1
      ? [`const ${name} = ${read(files[0])};`]
      : [`const ${name} = Table.concat([`, ...files.map((file) => `  ${read(file)},`), ']);']),
    ...(targetColumns ? [`const targets = [${targetColumns.map(quoted).join(', ')}];`] : []),
    ...(leavesOut ? [`const table = all.filter((row) => ${isKnown});`] : []),
  ];
}

function readText({ path, options }: Side): string {
  const given = Object.entries(options);
  const text = given.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ');
  return `await readTable(${quoted(path)}${text ? `, { ${text} }` : ''})`;
}

const columnsText = (side: Side) => `\n  ...(${readText(side)}).columns,`;

/** An empty cell is a list without labels. */
const blankLists = (target: string) => [
  `const labels = Array.from(table, (row) => row[${quoted(target)}] ?? '');`,
];

/** The labels of a row are the names of its columns that are 1. */
const joinedLists = () => [
  'const labels = Array.from(table, (row) =>',
  `  targets.filter((name) => [${ones.map((text) => quoted(text)).join(', ')}].includes(String(row[name]))),`,
  ');',
];

const weighted = (weights: string | undefined) =>
  weights === undefined
    ? ''
    : `, {\n  sampleWeight: table.column(${quoted(weights)}).values as Float64Array,\n}`;

const quoted = (text: string) =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
