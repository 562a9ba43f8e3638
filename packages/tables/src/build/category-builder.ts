import { type CategoryColumn, codeOf } from '../columns.ts';
import type { FieldRules } from '../field-rules.ts';
import { ByteDictionary } from '../read/byte-dictionary.ts';
import { bytesText } from '../read/bytes.ts';
import type { ColumnBuilder } from './builder.ts';
import { FieldBuilder } from './field-builder.ts';

export class CategoryBuilder extends FieldBuilder<Int32Array> implements ColumnBuilder {
  readonly type = 'category';
  private readonly rules: FieldRules;
  private readonly given: readonly string[] | undefined;
  private levels = new Map<string, number>();
  /** The texts of fields, and the code of each; made for the first field, as values need none. */
  private texts: ByteDictionary | undefined;
  private codes: number[] = [];

  constructor(name: string, rules: FieldRules, given?: readonly string[]) {
    super(name, (length) => new Int32Array(length), -1);
    this.rules = rules;
    this.given = given;
    this.clear();
  }

  protected override write(
    values: Int32Array,
    to: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    this.texts ??= new ByteDictionary();
    const known = this.texts.find(bytes, start, end);
    const code = known < 0 ? this.newCode(this.texts, bytes, start, end) : this.codes[known];
    if (code === undefined) return false;
    values[to] = code;
    return true;
  }

  /** Numbers count by their shortest text: rows often bring a code as a number. */
  protected override numberOf(value: unknown): number | undefined {
    if (Number.isNaN(value)) return this.missing;
    const isText = typeof value === 'string' || typeof value === 'number';
    return isText || typeof value === 'bigint' ? this.level(String(value)) : undefined;
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
    this.texts = undefined;
    this.codes = [];
  }

  private newCode(
    texts: ByteDictionary,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number | undefined {
    const text = bytesText(bytes, start, end);
    const code = this.rules.missing.has(text.trim()) ? -1 : this.level(text);
    if (code !== undefined) this.codes[texts.add(bytes, start, end)] = code;
    return code;
  }

  private level(text: string): number | undefined {
    const known = this.levels.get(text);
    if (known !== undefined) return known;
    if (!this.given) return codeOf(this.levels, text);
    return this.rules.strict ? undefined : -1;
  }
}
