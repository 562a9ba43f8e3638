import type { ColumnBuilder } from '../build/builder.ts';
import { columnBuilder } from '../build/column-builder.ts';
import { show } from '../check.ts';
import { valueError } from '../column-from-values.ts';
import type { FieldRules } from '../field-rules.ts';
import { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { specOf } from '../table-from-rows.ts';
import { inferBlockType } from './csv-column-type.ts';
import type { CsvOptions } from './csv-options.ts';
import { badText } from './decode.ts';
import { fieldText, type RecordBlock } from './record-block.ts';

/** Puts records into columns. */
export class RowAppender {
  total = 0;
  pending = 0;
  private readonly names: readonly string[];
  private readonly places: number[];
  private readonly builders: ColumnBuilder[];
  private readonly pad: boolean;
  private readonly source: string | undefined;

  constructor(
    names: readonly string[],
    sample: RecordBlock,
    from: number,
    { columns = {}, select, sampleRows = 10_000, ragged = 'error' }: CsvOptions,
    rules: FieldRules,
    source: string | undefined,
  ) {
    this.names = names;
    this.source = source;
    this.pad = ragged === 'pad';
    for (const name of [...(select ?? []), ...Object.keys(columns)]) {
      if (names.includes(name)) continue;
      const what = `there is no column ${show(name)}. The columns are ${names.map(show).join(', ')}.`;
      throw new TableError('columns', what, { source, column: name });
    }
    this.places = (select ?? names).map((name) => names.indexOf(name));
    const end = Math.min(from + sampleRows, sample.count);
    this.builders = this.places.map((at) => {
      const name = names[at];
      const spec = specOf(columns, name);
      const type = spec?.type ?? inferBlockType(sample, at, from, end, rules);
      return columnBuilder(name, type, rules, spec?.levels);
    });
  }

  /**
   * Appends records from `from` until a number of rows are pending; returns the first that is left.
   */
  append(block: RecordBlock, from: number, most: number): number {
    const stop = Math.min(block.count, from + most - this.pending);
    const ragged = this.firstRagged(block, from, stop);
    let end = ragged < 0 ? stop : ragged;
    let bad: ColumnBuilder | undefined;
    let place = 0;
    this.builders.forEach((builder, i) => {
      const record = this.appendColumn(builder, block, this.places[i], from, end);
      if (record < 0) return;
      // The first wrong row is reported, whichever column it is in.
      [end, bad, place] = [record, builder, this.places[i]];
    });
    const row = this.total + end - from;
    const line = block.lines[end];
    if (bad) {
      const value = fieldText(block, block.first[end] + place);
      throw valueError(this.names[place], bad.type, value, row, line, this.source);
    }
    if (ragged >= 0) {
      const fields = block.first[ragged + 1] - block.first[ragged];
      const what = `a record has ${count(fields, 'field')}, and there are ${count(this.names.length, 'column')}.${this.pad ? '' : " Pass `ragged: 'pad'` if fields at the end may be left out."}`;
      throw new TableError('ragged', what, { source: this.source, line, row });
    }
    this.total += stop - from;
    this.pending += stop - from;
    return stop;
  }

  private appendColumn(
    builder: ColumnBuilder,
    block: RecordBlock,
    at: number,
    from: number,
    end: number,
  ): number {
    try {
      return builder.appendFields(block, at, from, end);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      for (let i = from; i < end; i++) {
        try {
          fieldText(block, block.first[i] + at);
        } catch {
          const place = { source: this.source, line: block.lines[i], row: this.total + i - from };
          throw badText('utf-8', { ...place, column: this.names[at] }, cause);
        }
      }
      throw cause;
    }
  }

  take(): Table {
    this.pending = 0;
    return new Table(this.builders.map((builder) => builder.take()));
  }

  /** The first record with a number of fields that is wrong, or −1. */
  private firstRagged({ first }: RecordBlock, from: number, end: number): number {
    const { length } = this.names;
    for (let i = from; i < end; i++) {
      const fields = first[i + 1] - first[i];
      if (fields !== length && !(this.pad && fields < length)) return i;
    }
    return -1;
  }
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
