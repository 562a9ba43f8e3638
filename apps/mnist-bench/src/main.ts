#!/usr/bin/env -S node --conditions=@kernel-methods/source
import * as nodeModule from 'node:module';

// What follows loads hundreds of modules: from the second run on they are compiled already. Node 20 has no such cache.
nodeModule.enableCompileCache?.();
const { runProgram } = await import('./run-program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
