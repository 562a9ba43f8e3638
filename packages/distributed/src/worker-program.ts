#!/usr/bin/env node
import { runWorkerProgram } from './worker-arguments.ts';

process.exitCode = await runWorkerProgram(process.argv.slice(2));
