#!/usr/bin/env node
import { enableCompileCache } from './compile-cache.ts';

// What follows loads hundreds of modules: from the second run on they are compiled already.
enableCompileCache();
const { runCommand } = await import('./run-command.ts');
process.exit(await runCommand(process.argv.slice(2)));
