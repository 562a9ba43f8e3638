import '@kernel-methods/backend-simd';
import type { KernelModel } from '@kernel-methods/models';
import { type Output, plural, seconds as secondsText } from '@kernel-methods/report';
import { onInterrupt, refuseTaken, UsageError, writeText } from '@kernel-methods/runner';
import { keyOf, type Question } from '@kernel-methods/search';
import { Table } from '@kernel-methods/tables';
import { columnLines } from '../data/column-lines.ts';
import { digestOf } from '../data/digest.ts';
import { listTypes } from '../data/label-lists.ts';
import { type ColumnLook, lookAt } from '../data/look.ts';
import { prepare } from '../data/prepare.ts';
import { placesIn, readEach } from '../data/read-data.ts';
import { absolute } from '../data/reader-options.ts';
import { sidesOf } from '../data/side-by-side.ts';
import { requireEngine } from '../engine.ts';
import type { Effect } from '../fit/effects.ts';
import { farFit, requireMachines } from '../fit/far-fit.ts';
import { fitTable } from '../fit/fit-table.ts';
import { createLive } from '../fit/live.ts';
import { openMemory } from '../fit/memory.ts';
import { programOf } from '../fit/program.ts';
import { readingOf } from '../fit/reading-of.ts';
import { endlessNote, failuresNote, recordOf } from '../fit/record.ts';
import { otherScoreNote, rejectAsked } from '../fit/rejection.ts';
import type { Result } from '../fit/result.ts';
import { classLines, importanceLines, scoreLines } from '../fit/result-lines.ts';
import { rejectingText } from '../fit/words.ts';
import { nameInFolder, saveModel, trySave } from '../model/model-folder.ts';
import { refuseInterval } from '../model/saved-predictor.ts';
import type { Asked } from '../options/asked.ts';
import type { FitSettings } from '../options/options.ts';
import { outputFor, paragraph, tryFile, widthOf } from '../terminal.ts';

/** `kernel-methods fit`: from files to a model and what it is worth. */
export async function fitCommand({ places, settings: asked }: Asked<FitSettings>): Promise<number> {
  const settings = { ...asked, types: listTypes(asked, asked.types) };
  const start = performance.now();
  const { save, html, program, results, beside = [] } = settings;
  if (save !== undefined) trySave(save);
  const taken = [...places, ...beside].map((path) => ({ name: 'a file that is read', path }));
  if (results !== undefined) {
    refuseTaken({ name: '--results', path: results }, taken);
    taken.push({ name: '--results', path: results });
  }
  for (const [flag, path] of Object.entries({ '--html': html, '--program': program })) {
    if (path === undefined) continue;
    // A file in the model's folder, which may not be there yet, is saved with the model.
    if (nameInFolder(flag, path, save) === undefined) tryFile(flag, path, taken);
    else refuseTaken({ name: flag, path }, taken);
    taken.push({ name: flag, path });
  }
  const output = outputFor(settings);
  // Workers, and Redis, must hear of an end.
  const interrupt = onInterrupt(
    () => output.note('Stopping with the best so far. Ctrl-C again leaves at once.'),
    { term: settings.machines !== undefined },
  );
  const { signal } = interrupt;
  let result: Result | undefined;
  try {
    result = await find(places, settings, { output, signal, start });
    await write(result, settings);
    if (settings.json) output.line(JSON.stringify(jsonOf(result)));
    else for (const line of resultLines(result, settings, output)) output.line(line);
    return signal.aborted ? interrupt.exitCode : 0;
  } catch (error) {
    if (!signal.aborted || error instanceof UsageError) throw error;
    output.note('Stopped before there was a model.');
    return interrupt.exitCode;
  } finally {
    output.clear();
    result?.found.model.dispose();
    interrupt.dispose();
  }
}

interface Around {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** On the clock of `performance.now`. */
  readonly start: number;
}

async function find(
  files: readonly string[],
  settings: FitSettings,
  { output, signal, start }: Around,
): Promise<Result> {
  requireEngine();
  const spent = () => (performance.now() - start) / 1000;
  const far = settings.machines === undefined ? undefined : await farFit(files, settings);
  if (settings.machines !== undefined) await requireMachines(settings.machines);
  const onProgress = (rows: number) => output.bar(() => `reading: ${plural(rows, 'row')}`);
  const sides = await sidesOf(files, settings);
  const tables = await readEach(sides, { signal, onProgress });
  const all = Table.concat(tables) as Table;
  const prepared = prepare(all, settings, placesIn(files, tables));
  const { question, targetColumns, hasBlankTargets, metric, notes } = prepared;
  const looks = lookAt(question);
  output.clear();
  if (!settings.json && !settings.quiet) {
    for (const line of dataLines(all, question, looks, output)) output.line(line);
  }
  for (const note of notes) output.note(note);
  if (looks.every(({ role }) => role !== 'used')) {
    throw new UsageError(
      'the table must have a column to predict from: all are constant, empty or identifiers.',
    );
  }
  const { candidates, results, html } = settings;
  const reject = rejectAsked(settings, question);
  refuseInterval(settings.interval, question.task);
  const memory = results === undefined ? undefined : openMemory(results, digestOf(question));
  const effects: Effect[] = [];
  try {
    const seconds = candidates === undefined ? Math.max(0.5, settings.time - spent()) : undefined;
    const live = createLive(output, metric, seconds);
    const found = await fitTable(question, {
      ...{ metric, signal, onRace: live.race, onPhase: live.phase },
      ...(seconds !== undefined && { seconds }),
      ...(candidates !== undefined && { candidates }),
      ...(memory && { memory }),
      ...(reject && { reject }),
      ...far?.(question, { signal, note: (text) => output.note(text) }),
      learning: html !== undefined,
      ...(html !== undefined && {
        async onHeldOut(model: KernelModel, rows: Table, columns: readonly string[]) {
          const { effectsOf } = await import('../fit/effects.ts');
          effects.push(...(await effectsOf(model, rows, columns, signal)));
        },
      }),
    });
    live.clear();
    const failed = failuresNote(found);
    if (failed !== undefined) output.note(failed);
    const program = programOf({
      ...{ files: sides, question, machine: found.settings, hasBlankTargets },
      ...(targetColumns && { targetColumns }),
      settings: { ...settings, target: question.target },
    });
    const record = recordOf(found, {
      ...{
        question,
        targetColumns,
        metric,
        looks,
        program,
        isSparse: found.isSparse,
        interval: settings.interval,
      },
      files: files.map(absolute),
      reading: readingOf(settings),
    });
    const endless = endlessNote(record.calibration, settings.interval);
    if (endless !== undefined) output.note(endless);
    const otherScore = otherScoreNote(reject, found.rejecting);
    if (otherScore !== undefined) output.note(otherScore);
    const hasSums = settings.updatable && found.settings.solver === 'direct';
    if (settings.updatable && !hasSums) {
      output.note('This machine keeps no sums of its rows: update reads the earlier files again.');
    }
    return {
      files,
      prepared,
      looks,
      found,
      record: { ...record, ...(hasSums && { hasSums }) },
      effects,
      seconds: spent(),
    };
  } finally {
    memory?.close();
  }
}

/** One that cannot be written takes none of the others. */
async function write(result: Result, { save, html, program }: FitSettings): Promise<void> {
  const { found, record } = result;
  const pages = Object.entries({ '--program': program, '--html': html }).flatMap(([flag, path]) =>
    path === undefined ? [] : [{ path, name: nameInFolder(flag, path, save), text: texts[flag] }],
  );
  const beside: Record<string, string> = {};
  for (const { name, text } of pages) if (name !== undefined) beside[name] = await text(result);
  if (save !== undefined) await saveModel(save, found.model, record, beside);
  for (const { path, name, text } of pages) {
    if (name === undefined) writeText(path, await text(result));
  }
}

const texts: Readonly<Record<string, (result: Result) => Promise<string>>> = {
  '--program': async ({ record }) => record.program,
  '--html': async (result) => (await import('../html/fit-page.ts')).fitPage(result),
};

function dataLines(
  { rows, columns }: Table,
  { target, task, labels }: Question,
  looks: readonly ColumnLook[],
  output: Output,
): string[] {
  const what = `${plural(rows, 'row')}, ${plural(columns.length, 'column')}; ${target}: ${task}${labels ? `, ${plural(labels.names.length, 'label')}` : ''}`;
  return [output.bold(what), '', ...columnLines(looks, output, widthOf()), ''];
}

function resultLines(result: Result, settings: FitSettings, output: Output): string[] {
  const { record, found, seconds } = result;
  const { save, html, program, quiet } = settings;
  const width = widthOf();
  const tried = new Set(found.search.map(({ machine }) => keyOf(machine))).size;
  const importances = importanceLines(record, output, width);
  const classes = classLines(record.perClass ?? [], output, width);
  const indented = record.program
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : output.dim(`  ${line}`)));
  const early = found.stopped === 'time' ? ' More --time may find a better one.' : '';
  // Notes stand between what the table holds and what was found.
  const isNoted = !quiet && result.prepared.notes.length > 0;
  return [
    ...(isNoted ? [''] : []),
    ...paragraph(`The best of ${plural(tried, 'machine')}: ${record.description}`, width).map(
      output.bold,
    ),
    '',
    ...scoreLines(record, output, width),
    ...(record.rejecting ? ['', ...paragraph(rejectingText(record.rejecting), width)] : []),
    ...(classes.length > 0 ? ['', ...classes] : []),
    ...(importances.length > 0 ? ['', ...importances] : []),
    ...(quiet ? [] : ['', 'The same model as a program:', '', ...indented]),
    '',
    ...(save === undefined ? [] : [`Saved: ${save}`]),
    ...(html === undefined ? [] : [`Written: ${html}`]),
    ...(program === undefined ? [] : [`Written: ${program}`]),
    output.dim(`${secondsText(seconds)}.${early}`),
  ];
}

function jsonOf({ record, looks, found, seconds, prepared }: Result) {
  const { search, firstSeconds, stopped = null } = found;
  return { ...record, seconds, firstSeconds, stopped, notes: prepared.notes, looks, search };
}
