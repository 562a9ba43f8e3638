import '@kernel-methods/backend-simd';
import { count, seconds as secondsText } from '@kernel-methods/report';
import { onInterrupt, UsageError } from '@kernel-methods/runner';
import { type Ground, outputsOf, settingsOf, spreadOf } from '@kernel-methods/search';
import { Table } from '@kernel-methods/tables';
import { rowOfFile } from '../data/finite.ts';
import { lookAt } from '../data/look.ts';
import { prepare } from '../data/prepare.ts';
import { placesIn, readEach } from '../data/read-data.ts';
import { absolute } from '../data/reader-options.ts';
import { requireKnown, specsFor, targetsOf, withTarget } from '../data/rows-for-model.ts';
import { hasSameRows } from '../data/same-rows.ts';
import { sidesOf } from '../data/side-by-side.ts';
import { finish } from '../fit/finish.ts';
import { createLive } from '../fit/live.ts';
import { programOf } from '../fit/program.ts';
import { recordOf } from '../fit/record.ts';
import { otherScoreNote, rejectAsked } from '../fit/rejection.ts';
import { scoreLines } from '../fit/result-lines.ts';
import { asRead, figure, metricName } from '../fit/words.ts';
import { readRecord, saveModel, trySave } from '../model/model-folder.ts';
import type { ModelRecord } from '../model/model-record.ts';
import type { Asked } from '../options/asked.ts';
import type { FitSettings, UpdateSettings } from '../options/options.ts';
import { outputFor, paragraph, widthOf } from '../terminal.ts';
import { learnMore } from './learn-more.ts';

/**
 * `kernel-methods update`: a model saved with the sums over its rows learns the new rows from these. Any
 * other is trained again, as the same machine, on the earlier rows and the new ones.
 */
export async function updateCommand({ places, settings }: Asked<UpdateSettings>): Promise<number> {
  const [path, more] = places;
  const before = readRecord(path);
  const save = settings.save ?? path;
  trySave(save);
  const earlier = settings.with ?? before.files;
  for (const file of earlier) {
    if (!(await hasSameRows(absolute(file), absolute(more)))) continue;
    const what =
      file === more ? 'which it was made from' : `the same as ${file}, which it was made from`;
    throw new UsageError(
      `the file must hold rows that the model does not know yet. Received: ${more}, ${what}.`,
    );
  }
  const files = [...earlier, more].map(absolute);
  const beside = besideAll(before, settings);
  const start = performance.now();
  const output = outputFor(settings);
  const interrupt = onInterrupt(() => output.note('Stopping: the model stays as it was.'));
  const { signal } = interrupt;
  try {
    if (before.hasSums && settings.with === undefined) {
      const learned = await learnMore(path, more, settings, signal);
      try {
        if (signal.aborted) return 130;
        const record = {
          ...learned.record,
          files: [...before.files, absolute(more)],
          reading: { ...before.reading, beside },
        };
        await saveModel(save, learned.model, record);
        if (settings.json) output.line(JSON.stringify(record));
        else {
          output.line(output.bold(grown(before, record)));
          const how = 'By the sums that were saved with it; the earlier rows were not read.';
          for (const line of paragraph(how, widthOf())) output.line(line);
          const { metric } = record;
          const score = figure(asRead(metric, learned.before));
          output.line(`On the new rows, before it knew them: ${metricName(metric)} ${score}`);
          output.line(`Saved: ${save}`);
          output.line(output.dim(`${secondsText((performance.now() - start) / 1000)}.`));
        }
        return 0;
      } finally {
        learned.model.dispose();
      }
    }
    // The columns stay what they were, so that whoever asks the model need not change.
    const only = columnsIn(before);
    const types = Object.entries({ ...before.reading.types, ...typesOf(before) });
    const reading = {
      ...settings,
      ...given(before.reading),
      beside,
      types: Object.fromEntries(types.filter(([name]) => only.includes(name))),
    };
    const sides = await sidesOf(files, reading as FitSettings);
    const tables = await readEach(sides, { only, signal });
    const added = withTarget(tables.at(-1)!, before, (row) => `${rowOfFile(row)} of ${more}`);
    requireKnown(added, before.target);
    const all = Table.concat(tables) as Table;
    const asked = {
      ...reading,
      drop: [],
      target: before.target,
      task: before.task,
      metric: before.metric,
      seed: before.seed,
    };
    const { question, targetColumns, hasBlankTargets, metric } = prepare(
      all,
      asked as FitSettings,
      placesIn(files, tables),
    );
    const looks = lookAt(question);
    const { machine, settings: old, isSparse, seed } = before;
    const outputs = outputsOf(question);
    const groundOf = (rows: number, most: number): Ground => ({
      ...{ rows, outputs, most, seed, spread: spreadOf(question) },
      // The scale stays what it was.
      medians: old.kernel ? { [old.kernel.name]: old.kernel.scale / (machine.share ?? 1) } : {},
    });
    const own = settingsOf(machine, groundOf(question.table.rows, old.outputDim ?? 1));
    const live = createLive(output, metric, undefined);
    const reject = rejectAsked(reading as FitSettings, question);
    const finished = await finish(question, {
      ...(reject && { reject }),
      ...{ machine, settings: own, groundOf, isSparse, metric, signal, onPhase: live.phase },
      left: () => Infinity,
    });
    live.clear();
    try {
      if (signal.aborted) return 130;
      const otherScore = otherScoreNote(reject, finished.rejecting);
      if (otherScore !== undefined) output.note(otherScore);
      const program = programOf({
        ...{ files: sides, question, machine: own, only: all.names, hasBlankTargets },
        ...(targetColumns && { targetColumns }),
        settings: asked as FitSettings & { target: string },
      });
      const hasSums = before.hasSums && own.solver === 'direct';
      const found = recordOf(
        { ...finished, machine, settings: own, search: [] },
        {
          ...{ question, targetColumns, metric, looks, program, files, isSparse },
          ...{ reading: { ...before.reading, beside }, interval: before.interval },
        },
      );
      const record = { ...found, ...(hasSums && { hasSums }) };
      await saveModel(save, finished.model, record);
      if (settings.json) output.line(JSON.stringify(record));
      else {
        output.line(output.bold(grown(before, record)));
        const why = before.hasSums
          ? 'the earlier files are given; without --with it learns by the sums that were saved'
          : 'no sums over the earlier ones were saved with it';
        const width = widthOf();
        const how = paragraph(`Trained anew on all rows: ${why}.`, width);
        for (const line of [...how, '', ...scoreLines(record, output, width), '']) {
          output.line(line);
        }
        output.line(`Saved: ${save}`);
        output.line(output.dim(`${secondsText((performance.now() - start) / 1000)}.`));
      }
      return 0;
    } finally {
      finished.model.dispose();
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof UsageError)) return 130;
    throw error;
  } finally {
    output.clear();
    interrupt.dispose();
  }
}

/** The columns that the model was made from. */
function columnsIn(record: ModelRecord): string[] {
  const { groups, weights } = record.reading;
  const names = [...record.columns.map(({ name }) => name), ...targetsOf(record), groups, weights];
  return [...new Set(names.filter((name) => name !== undefined && name !== null))];
}

/**
 * The files beside the earlier ones and the new one, in the order of these.
 *
 * @throws UsageError unless the new one has as many beside it as each of the others.
 */
function besideAll(
  { files, reading }: ModelRecord,
  { beside = [], with: elsewhere }: UpdateSettings,
): string[] | undefined {
  const known = reading.beside ?? [];
  const each = known.length / files.length;
  const asked = elsewhere === undefined ? 1 : elsewhere.length + 1;
  if (beside.length !== each * asked) {
    const rule =
      each === 0
        ? 'left out for a model that was made from files without others beside them'
        : `${count(each * asked)} ${each * asked === 1 ? 'file' : 'files'}: as many for ${elsewhere === undefined ? 'the new file' : 'each file of --with, and the new one,'} as the model was made from`;
    throw new UsageError(
      `\`--beside\` must be ${rule}. Received: ${beside.join(',') || 'nothing'}.`,
    );
  }
  if (each === 0) return undefined;
  const added = beside.map(absolute);
  if (elsewhere !== undefined) return added;
  return added.flatMap((own, i) => [...known.slice(i * files.length, (i + 1) * files.length), own]);
}

const grown = (before: ModelRecord, { rows }: ModelRecord) =>
  `${before.target}: from ${count(before.rows)} to ${count(rows)} rows`;

/** Columns are read as what they were before. */
const typesOf = (record: ModelRecord) => specsFor(record, true);

const given = <T extends object>(settings: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
