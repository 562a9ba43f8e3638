import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The names that an index file exports, one line for each module. The umbrella repeats what other
 * packages report, so names are enough there.
 */
export function exportedNames(folder: string): string {
  const file = join(folder, 'dist', 'index.d.ts');
  if (!existsSync(file)) throw new Error(`${file} is missing: build first.`);
  const text = readFileSync(file, 'utf8').replace(/^\/\/.*$/gm, '');
  const sections = [...text.matchAll(/export (type )?\{([^}]*)\} from '([^']+)'/g)].map(
    ([, type, names, from]) => {
      const list = names
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean)
        .map((name) => `- ${type ? 'type ' : ''}${name}`);
      return `## ${from}${type ? ' (types)' : ''}\n\n${list.sort().join('\n')}\n`;
    },
  );
  return `# The names that this package exports\n\nWritten by \`npm run api\`.\n\n${sections.sort().join('\n')}`;
}
