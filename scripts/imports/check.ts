import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

/** What breaks the rules under `root`, one line each: the rule, who imports, what is imported. */
export async function importFaults(
  root: string,
  forbidden: IForbiddenRuleType[],
): Promise<string[]> {
  const folders = ['packages', 'apps', 'examples', 'scripts'];
  const { output } = await cruise(
    folders.filter((folder) => existsSync(join(root, folder))),
    {
      baseDir: root,
      parser: 'tsc',
      // Type-only imports count.
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '/dist/|node_modules' },
      enhancedResolveOptions: {
        conditionNames: ['@kernel-methods/source', 'import', 'node', 'default'],
        exportsFields: ['exports'],
        extensions: ['.ts', '.js', '.json'],
      },
      validate: true,
      ruleSet: { forbidden },
    },
  );
  const { summary } = output as ICruiseResult;
  if (summary.totalCruised === 0) return ['No source file was found.'];
  return summary.violations.map(({ rule, from, to, cycle }) => {
    const way = cycle ? cycle.map(({ name }) => name) : [to];
    return `${rule.name}: ${[from, ...way].join(' → ')}`;
  });
}
