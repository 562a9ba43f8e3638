import { boolean, knownOptions, oneOf, positiveInteger } from '@kernel-methods/check';
import { fail } from '../check.ts';
import type { CategoryColumn, Column, TextColumn } from '../columns.ts';
import { joinColumns, type SparseRows } from '../sparse-rows.ts';
import { type Analyzer, formText, type TextForm } from '../text/analyze.ts';
import {
  countTerms,
  documentCounts,
  hashedPlaces,
  learnTerms,
  type TermCounts,
  type TermPlaces,
  vocabularyPlaces,
} from '../text/count-terms.ts';
import {
  areNames,
  checkedState,
  either,
  hasFields,
  isFlag,
  isListOf,
  isNotNegative,
  isOneOf,
  isPositive,
  type Rule,
} from './checked-state.ts';
import type { ColumnEncoder, FittedColumn, Json } from './column-encoder.ts';

import { givenOptions } from './given-options.ts';

export interface TextEncoderOptions {
  /** The shortest and the longest run of words that is a term; false for none. Default [1, 2]. */
  words?: readonly [number, number] | false;
  /**
   * The shortest and the longest run of characters inside words that is a term; false for none.
   * Default [2, 4].
   */
  characters?: readonly [number, number] | false;
  /** A term is learned if at least this many texts have it. Default 1. Not for hashed terms. */
  minDocuments?: number;
  /** The most terms of words, and of characters. Default 200,000. Not for hashed terms. */
  maxTerms?: number;
  /**
   * Hashes terms to this many features for words and as many for characters, instead of learning a
   * vocabulary.
   */
  hashed?: number;
  /** Whether rare terms weigh more: ln((1 + n) / (1 + df)) + 1. Default true. */
  idf?: boolean;
  /** Whether a count c weighs 1 + ln c. Default true. */
  sublinear?: boolean;
  /** Unicode's normal form before anything else. Default NFKC. */
  normalize?: 'NFC' | 'NFKC' | false;
  /** Default true. */
  lowercase?: boolean;
}

/** What was learned of one kind of term. */
interface Block {
  analyzer: Analyzer;
  /** The terms; for hashed ones their number. */
  terms: string[] | number;
  /** How many texts have each term; nothing where that does not count. */
  documents: number[] | null;
}

interface State {
  form: TextForm;
  sublinear: boolean;
  /** How many texts were learned from. */
  texts: number;
  blocks: Block[];
}

/**
 * Text as counts of its words and pieces of words, weighted by TF-IDF, sparse: what scikit-learn's
 * `TfidfVectorizer` gives for words and for `char_wb`, side by side, each of length 1. A missing text
 * is 0 everywhere, and so is a term that was not learned.
 *
 * @example
 * tableEncoder({ columns: { comment: textEncoder({ maxTerms: 1000 }) } });
 */
export function textEncoder(options: TextEncoderOptions = {}): ColumnEncoder {
  const { hashed, minDocuments = 1, maxTerms = 200_000, idf = true, sublinear = true } = options;
  const { words = [1, 2], characters = [2, 4], normalize = 'NFKC', lowercase = true } = options;
  checkTextOptions(options);
  const analyzers: Analyzer[] = [];
  if (words) analyzers.push({ of: 'words', lengths: [words[0], words[1]] });
  if (characters) analyzers.push({ of: 'characters', lengths: [characters[0], characters[1]] });
  const form = { normalize, lowercase };

  const learn = (column: Column): { state: State; counts: TermCounts[] } => {
    const texts = formed(column, form);
    const counts: TermCounts[] = [];
    const blocks = analyzers.map((analyzer): Block => {
      if (hashed !== undefined) {
        const counted = countTerms(texts, analyzer, hashedPlaces(hashed));
        counts.push(counted);
        const documents = idf ? [...documentCounts(counted, hashed)] : null;
        return { analyzer, terms: hashed, documents };
      }
      const learned = learnTerms(texts, analyzer, { minDocuments, maxTerms });
      counts.push(learned.counts);
      const documents = idf ? [...documentCounts(learned.counts, learned.terms.length)] : null;
      return { analyzer, terms: learned.terms, documents };
    });
    return { state: { form, sublinear, texts: texts.length, blocks }, counts };
  };
  return {
    kind: 'text',
    accepts: ['text', 'category'],
    ...givenOptions(options),
    fit: (column) => {
      const { state, counts } = learn(column);
      return fitted(state, nonZerosOf(counts));
    },
    fitTransform(column) {
      const { state, counts } = learn(column);
      const one = fitted(state, nonZerosOf(counts));
      return { fitted: one, rows: one.weigh(counts) };
    },
    fromJSON(json) {
      const { nonZeros, ...state } = checkedState<State & { nonZeros: number }>(
        'text',
        json,
        RULES,
      );
      return fitted(state, nonZeros);
    },
  };
}

/** A block whose terms fit the numbers of texts that have them. */
const isBlock: Rule = (value) => {
  const { terms } = (value ?? {}) as { terms?: unknown };
  const count = Array.isArray(terms) ? terms.length : (terms as number);
  const isSize = Number.isSafeInteger(count) && count >= 0 && count <= 2 ** 31;
  return (
    isSize &&
    hasFields({
      analyzer: hasFields({
        of: isOneOf('words', 'characters'),
        lengths: (lengths) =>
          isListOf(isCount, 2)(lengths) && (lengths as number[])[0] <= (lengths as number[])[1],
      }),
      terms: either(areNames, isCount),
      documents: either(isOneOf(null), isListOf(isNotNegative, count)),
    })(value)
  );
};

const isCount: Rule = (value) => isPositive(value) && Number.isSafeInteger(value);

const RULES = {
  form: hasFields({ normalize: isOneOf('NFC', 'NFKC', false), lowercase: isFlag }),
  sublinear: isFlag,
  texts: isCount,
  blocks: (value: unknown) => isListOf(isBlock)(value) && (value as unknown[]).length > 0,
  nonZeros: isNotNegative,
};

const nonZerosOf = (counts: readonly TermCounts[]) =>
  counts.reduce((sum, { indptr, indices }) => sum + indices.length / (indptr.length - 1), 0);

function fitted(
  state: State,
  nonZeros: number,
): FittedColumn & { weigh(counts: readonly TermCounts[]): SparseRows } {
  const { form, sublinear, texts, blocks } = state;
  const places = blocks.map(({ terms }) =>
    typeof terms === 'number' ? hashedPlaces(terms) : vocabularyPlaces(terms),
  );
  const weights = blocks.map(({ documents }) =>
    documents
      ? Float64Array.from(documents, (df) => Math.log((1 + texts) / (1 + df)) + 1)
      : undefined,
  );
  const weigh = (counts: readonly TermCounts[]): SparseRows => {
    const rows = counts[0].indptr.length - 1;
    const parts = counts.map((one, i) => weighted(one, places[i], weights[i], sublinear));
    return joinColumns(parts, rows, true) as SparseRows;
  };
  return {
    get features() {
      return blocks.flatMap(featuresOf);
    },
    nonZeros,
    weigh,
    transform(column: Column): SparseRows {
      const own = formed(column, form);
      return weigh(blocks.map(({ analyzer }, i) => countTerms(own, analyzer, places[i])));
    },
    toJSON: () => ({ ...state, nonZeros }) as unknown as Json,
  };
}

function featuresOf({ analyzer, terms }: Block): string[] {
  const of = analyzer.of === 'words' ? 'word' : 'piece';
  return typeof terms === 'number'
    ? Array.from({ length: terms }, (_, i) => `${of} #${i}`)
    : terms.map((term) => `${of} ${JSON.stringify(term)}`);
}

function weighted(
  { indptr, indices, counts }: TermCounts,
  { size }: TermPlaces,
  idf: Float64Array | undefined,
  sublinear: boolean,
): SparseRows {
  const values = new Float32Array(indices.length);
  const row: number[] = [];
  for (let i = 0; i + 1 < indptr.length; i++) {
    row.length = 0;
    let squares = 0;
    for (let at = indptr[i]; at < indptr[i + 1]; at++) {
      const frequency = sublinear ? 1 + Math.log(counts[at]) : counts[at];
      const value = frequency * (idf ? idf[indices[at]] : 1);
      squares += value * value;
      row.push(value);
    }
    const length = Math.sqrt(squares);
    for (let k = 0; k < row.length; k++) values[indptr[i] + k] = row[k] / length;
  }
  return { indptr, indices, values, shape: [indptr.length - 1, size] };
}

/** The texts of a column in the form in which they are compared. */
function formed(column: Column, form: TextForm): (string | null)[] {
  if (column.type === 'text') {
    return (column as TextColumn).values.map((text) =>
      text === null ? null : formText(text, form),
    );
  }
  const { codes, levels } = column as CategoryColumn;
  const texts = levels.map((level) => formText(level, form));
  return Array.from(codes, (code) => (code < 0 ? null : texts[code]));
}

function checkTextOptions(options: TextEncoderOptions): void {
  knownOptions('The options', options, [
    'words',
    'characters',
    'minDocuments',
    'maxTerms',
    'hashed',
    'idf',
    'sublinear',
    'normalize',
    'lowercase',
  ]);
  const { words, characters, hashed, normalize = 'NFKC' } = options;
  checkLengths('words', words);
  checkLengths('characters', characters);
  if (words === false && characters === false)
    fail('words', 'lengths, as `characters` is false', words);
  positiveInteger('minDocuments', options.minDocuments ?? 1);
  positiveInteger('maxTerms', options.maxTerms ?? 1);
  if (hashed !== undefined) {
    positiveInteger('hashed', hashed);
    if (hashed > 2 ** 31) fail('hashed', '2^31 at most', hashed);
  }
  for (const name of ['idf', 'sublinear', 'lowercase'] as const) {
    boolean(name, options[name] ?? true);
  }
  oneOf('normalize', normalize, ['NFC', 'NFKC', false], '"');
}

function checkLengths(name: string, lengths: readonly [number, number] | false | undefined): void {
  if (lengths === undefined || lengths === false) return;
  const right =
    Array.isArray(lengths) &&
    lengths.length === 2 &&
    lengths.every((length) => Number.isSafeInteger(length) && length >= 1) &&
    lengths[0] <= lengths[1];
  if (!right) fail(name, 'false, or the shortest and the longest run', lengths);
}
