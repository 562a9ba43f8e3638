import { createOutput } from '@kernel-methods/report';
import { endWithInput, onInterrupt, UsageError, writeJson } from '@kernel-methods/runner';
import { enableProdMode, ready, setBackend } from '@tensorflow/tfjs-core';
import type { Invocation } from '../options/parse.ts';
import { type Backend, backends } from '../parts/backends.ts';
import { createTell } from '../records/messages.ts';
import { bench, UnsavedError } from './bench.ts';
import { loadData } from './data.ts';
import { readVersions } from './machine.ts';
import { createModel } from './model.ts';
import { refusalOf } from './refusal.ts';
import { loadImages, type Source } from './sources.ts';

/**
 * The run itself, between checked options and the exit code.
 *
 * @param early the images, if they were here; they are loaded now otherwise.
 */
export async function run(
  { config, given }: Invocation,
  early: Promise<Source | undefined>,
): Promise<number> {
  const refusal = refusalOf(config);
  if (refusal !== undefined) throw new UsageError(refusal);
  endWithInput();
  const asJson = config.progress === 'json';
  const output = createOutput(asJson ? nowhere : process.stdout, process.stderr, process.env);
  // Workers, and Redis, must hear of an end.
  const interrupt = onInterrupt(() => output.note('Stopping. Ctrl-C again leaves at once.'), {
    term: config.machines !== undefined,
  });
  try {
    const parts = {
      backend: { name: config.backend, threads: await startBackend(config.backend) },
      versions: readVersions(),
      loadData: (signal: AbortSignal) =>
        loadData(
          config,
          {
            signal,
            output,
            fallBack: given.dataset === undefined && given.data === undefined,
          },
          async (...request) => (await early) ?? loadImages(...request),
        ),
      createModel: () => createModel(config),
      tell: asJson ? createTell(process.stdout) : undefined,
    };
    const { report, failure } = await bench(config, parts, output, interrupt.signal).then(
      (report) => ({ report, failure: undefined }),
      (error) => {
        if (error instanceof UnsavedError) return { report: error.report, failure: error };
        throw error;
      },
    );
    if (config.json !== undefined) {
      try {
        writeJson(config.json, report);
        output.line(`\nWritten: ${config.json}`);
      } catch (error) {
        if (failure) output.note(failure.message);
        throw new Error(`\`--json\` could not be written, ${config.json}: ${messageOf(error)}`);
      }
    }
    if (failure) throw failure;
    return report.aborted ? interrupt.exitCode : 0;
  } finally {
    interrupt.dispose();
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const nowhere = { write() {} };

/** Makes tfjs compute on the backend. Returns the number of its threads. */
async function startBackend(name: keyof typeof backends): Promise<number> {
  enableProdMode(); // without the greeting and the checks of development
  const backend: Backend = backends[name];
  const { threads } = await backend.register();
  if (!(await setBackend(name))) throw new Error(`The tfjs backend ${name} does not start here.`);
  await ready();
  return threads();
}
