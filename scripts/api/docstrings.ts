import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type * as TypeScript from 'typescript-5.9';

// The last version of the compiler whose interface is plain JavaScript.
const ts = createRequire(import.meta.url)('typescript-5.9') as typeof TypeScript;

/** The functions that a package exports without an `@example` in their docstring, each with its place. */
export function withoutExample(folder: string): string[] {
  const entries = ['index.ts', 'api.ts', 'index.d.cts'].map((name) => join(folder, 'src', name));
  const entry = entries.find((name) => existsSync(name)) ?? entries[0];
  const program = ts.createProgram([entry], {
    allowImportingTsExtensions: true,
    noEmit: true,
    noResolve: false,
    noLib: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@kernel-methods/source'],
    target: ts.ScriptTarget.ESNext,
    allowJs: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing.`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const { declarations = [] } = symbol;
    // What another package declares is for that package.
    const first = declarations.find((declaration) => callable(declaration, checker));
    if (!first?.getSourceFile().fileName.startsWith(`${folder}/`)) return [];
    const tags = declarations.flatMap((declaration) => ts.getJSDocTags(declaration));
    if (tags.some(({ tagName }) => tagName.text === 'example')) return [];
    const place = relative(folder, first.getSourceFile().fileName);
    const line = ts.getLineAndCharacterOfPosition(first.getSourceFile(), first.getStart()).line + 1;
    return [`${exported.name} (${place}:${line})`];
  });
}

function callable(declaration: TypeScript.Declaration, checker: TypeScript.TypeChecker): boolean {
  if (ts.isFunctionDeclaration(declaration)) return true;
  if (ts.isVariableDeclaration(declaration)) {
    return checker.getTypeAtLocation(declaration).getCallSignatures().length > 0;
  }
  return false;
}
