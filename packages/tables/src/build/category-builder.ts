import { type CategoryColumn, codeOf } from '../columns.ts';
import type { FieldRules } from '../field-rules.ts';
import { ByteDictionary } from '../read/byte-dictionary.ts';
import { bytesText } from '../read/bytes.ts';
import type { RecordBlock } from '../read/record-block.ts';
import type { ColumnBuilder } from './builder.ts';
import { Store } from './store.ts';

export class CategoryBuilder implements ColumnBuilder {
  readonly type = 'category';
  private readonly name: string;
  private readonly rules: FieldRules;
  private readonly store = new Store((length) => new Int32Array(length));
  private readonly given: readonly string[] | undefined;
  private levels = new Map<string, number>();
  /** The texts of fields, and the code of each. */
  private texts = new ByteDictionary();
  private codes: number[] = [];

  constructor(name: string, rules: FieldRules, given?: readonly string[]) {
    this.name = name;
    this.rules = rules;
    this.given = given;
    this.clear();
  }

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    const { store, codes, texts } = this;
    const { bytes, starts, ends, first } = block;
    const data = store.reserve(end - from);
    let to = store.length;
    for (let i = from; i < end; i++) {
      const field = first[i] + at;
      const start = starts[field];
      const stop = field < first[i + 1] ? ends[field] : start;
      const known = texts.find(bytes, start, stop);
      const code = known < 0 ? this.newCode(bytes, start, stop) : codes[known];
      if (code === undefined) {
        store.length = to;
        return i;
      }
      data[to++] = code;
    }
    store.length = to;
    return -1;
  }

  /** Numbers count by their shortest text: rows often bring a code as a number. */
  push(value: unknown): boolean {
    let code: number | undefined = -1;
    if (value !== null && value !== undefined) {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
        return false;
      }
      if (!Number.isNaN(value)) code = this.level(String(value));
    }
    if (code === undefined) return false;
    this.store.reserve(1)[this.store.length++] = code;
    return true;
  }

  take(): CategoryColumn {
    const column: CategoryColumn = {
      type: 'category',
      name: this.name,
      codes: this.store.take(),
      levels: [...this.levels.keys()],
      ordered: this.given !== undefined,
    };
    // A stream of names that never repeat must not fill the memory.
    this.clear();
    return column;
  }

  private clear(): void {
    this.levels = new Map((this.given ?? []).map((level, i) => [level, i]));
    this.texts = new ByteDictionary();
    this.codes = [];
  }

  private newCode(bytes: Uint8Array, start: number, end: number): number | undefined {
    const text = bytesText(bytes, start, end);
    const code = this.rules.missing.has(text.trim()) ? -1 : this.level(text);
    if (code !== undefined) this.codes[this.texts.add(bytes, start, end)] = code;
    return code;
  }

  private level(text: string): number | undefined {
    const known = this.levels.get(text);
    if (known !== undefined) return known;
    if (!this.given) return codeOf(this.levels, text);
    return this.rules.strict ? undefined : -1;
  }
}
