import type { IForbiddenRuleType } from 'dependency-cruiser';
import { type Building, buildings, loadedLate, mayImport, tiny } from './floors.ts';

const tests = String.raw`\.(test|check)\.ts$|/fixtures/`;

/** The rules of dependency-cruiser that hold the circles and the floors. */
export function rules(on: readonly Building[] = buildings): IForbiddenRuleType[] {
  return [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every import is found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, path: String.raw`^(\.|@kernel-methods/)` },
    },
    {
      name: 'nothing imports an app',
      severity: 'error',
      from: { path: '^(packages|examples|scripts)/', pathNot: tests },
      to: { path: '^apps/' },
    },
    {
      name: 'a package is imported by its name',
      severity: 'error',
      from: { path: '^((packages|apps)/[^/]+)/src/', pathNot: tests },
      to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    ...Object.entries(mayImport).flatMap(([name, allowed]) => packageRules(name, allowed)),
    ...on.flatMap(floorRules),
  ];
}

function packageRules(name: string, allowed: readonly string[] | 'all'): IForbiddenRuleType[] {
  if (allowed === 'all') return [];
  const from = { path: `^packages/${name}/src/`, pathNot: tests };
  const others = [name, ...allowed].join('|');
  const result: IForbiddenRuleType[] = [
    {
      name: `${name} imports ${allowed.join(', ') || 'no other package'} only`,
      severity: 'error',
      from,
      to: { path: '^packages/', pathNot: `^packages/(${others})/` },
    },
  ];
  for (const other of loadedLate[name] ?? []) {
    result.push({
      name: `${name} loads ${other} when it is used`,
      severity: 'error',
      from,
      to: {
        path: `^packages/${other}/`,
        pathNot: [...tiny],
        dependencyTypesNot: ['type-only'],
        dynamic: false,
      },
    });
  }
  return result;
}

function floorRules({ source, floors }: Building): IForbiddenRuleType[] {
  const path = (names: readonly string[]) =>
    `^${source}/(${names.map((name) => (name.includes('.') ? `${name.replaceAll('.', String.raw`\.`)}$` : `${name}/`)).join('|')})`;
  const levels = floors.map((floor) => (typeof floor === 'string' ? [floor] : floor));
  return levels.slice(0, -1).map((level, i) => ({
    name: `${source}: ${level.join(', ')} imports nothing above it`,
    severity: 'error',
    from: { path: path(level), pathNot: tests },
    to: { path: path(levels.slice(i + 1).flat()) },
  }));
}
