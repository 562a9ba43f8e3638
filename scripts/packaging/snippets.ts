/** A fenced ```ts block of a Markdown file. */
export interface Snippet {
  /** Line of the fence, from 1. */
  line: number;
  code: string;
  /** Not run: it is an excerpt, or needs what is not there (```ts no-run). */
  run: boolean;
  /** Needs Node, so it is not built for the browser (```ts node). */
  browser: boolean;
}

const words = new Set(['no-run', 'node']);

/** The TypeScript snippets of a Markdown text, in order. */
export function snippetsOf(markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/.exec(lines[i]);
    if (!fence) continue;
    const [, indent, mark, language, info] = fence;
    const end = lines.findIndex((line, j) => j > i && line.trim() === mark);
    if (end < 0) throw new Error(`The fence in line ${i + 1} is not closed.`);
    if (language === 'ts' || language === 'typescript') {
      const tags = info.split(/\s+/).filter(Boolean);
      const unknown = tags.find((tag) => !words.has(tag));
      if (unknown) throw new Error(`Unknown word after the fence in line ${i + 1}: ${unknown}.`);
      snippets.push({
        line: i + 1,
        code: lines
          .slice(i + 1, end)
          .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
          .join('\n'),
        run: !tags.includes('no-run'),
        browser: !tags.includes('node'),
      });
    }
    i = end;
  }
  return snippets;
}

/** The packages that a snippet imports, Node's own left out. */
export function importsOf(code: string): string[] {
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g);
  const names = [...found]
    .map((match) => match[2])
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(names)];
}
