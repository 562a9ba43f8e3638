import { byCodeUnits } from '../encode/levels-of.ts';
import { type Analyzer, analyze } from './analyze.ts';
import { hashText } from './hash.ts';

/** Where a term's number is looked up: every term has one, or only those that were learned. */
export interface TermPlaces {
  readonly size: number;
  /** −1 for a term without a place. */
  find(term: string): number;
}

export const hashedPlaces = (size: number): TermPlaces => ({
  size,
  find: (term) => hashText(term) % size,
});

export function vocabularyPlaces(terms: readonly string[]): TermPlaces {
  const places = new Map(terms.map((term, i) => [term, i]));
  return { size: terms.length, find: (term) => places.get(term) ?? -1 };
}

/** The number of times that each term occurs in each text: compressed sparse rows of counts. */
export interface TermCounts {
  indptr: Uint32Array;
  indices: Uint32Array;
  counts: Uint32Array;
}

/** Counts the terms of texts that have places; in each row these ascend. */
export function countTerms(
  texts: Iterable<string | null>,
  analyzer: Analyzer,
  places: TermPlaces,
): TermCounts {
  const indptr: number[] = [0];
  const indices: number[] = [];
  const counts: number[] = [];
  const own = new Map<number, number>();
  for (const text of texts) {
    own.clear();
    if (text !== null) {
      for (const term of analyze(text, analyzer)) {
        const place = places.find(term);
        if (place >= 0) own.set(place, (own.get(place) ?? 0) + 1);
      }
    }
    for (const place of Uint32Array.from(own.keys()).sort()) {
      indices.push(place);
      counts.push(own.get(place)!);
    }
    indptr.push(indices.length);
  }
  return {
    indptr: Uint32Array.from(indptr),
    indices: Uint32Array.from(indices),
    counts: Uint32Array.from(counts),
  };
}

/** How many texts have each term. */
export function documentCounts({ indices }: TermCounts, size: number): Uint32Array {
  const counts = new Uint32Array(size);
  for (const place of indices) counts[place]++;
  return counts;
}

/**
 * The terms of texts and their counts. Of terms in at least `minDocuments` texts the most frequent
 * ones are kept, `maxTerms` at most (the first in order among equals), in the order of their code
 * units.
 */
export function learnTerms(
  texts: readonly (string | null)[],
  analyzer: Analyzer,
  { minDocuments, maxTerms }: { minDocuments: number; maxTerms: number },
): { terms: string[]; counts: TermCounts } {
  const found = new Map<string, number>();
  const growing: TermPlaces = {
    size: 0,
    find(term) {
      const known = found.get(term);
      if (known !== undefined) return known;
      found.set(term, found.size);
      return found.size - 1;
    },
  };
  const all = countTerms(texts, analyzer, growing);
  const documents = documentCounts(all, found.size);
  const totals = new Float64Array(found.size);
  all.indices.forEach((place, i) => {
    totals[place] += all.counts[i];
  });
  const names = [...found.keys()];
  let kept = names.map((_, place) => place).filter((place) => documents[place] >= minDocuments);
  if (kept.length > maxTerms) {
    kept.sort((a, b) => totals[b] - totals[a] || byCodeUnits(names[a], names[b]));
    kept = kept.slice(0, maxTerms);
  }
  kept.sort((a, b) => byCodeUnits(names[a], names[b]));
  const moved = new Int32Array(found.size).fill(-1);
  kept.forEach((place, i) => {
    moved[place] = i;
  });
  return { terms: kept.map((place) => names[place]), counts: renumber(all, moved) };
}

/** The counts with other numbers for the terms, without those that have none any more. */
function renumber(all: TermCounts, moved: Int32Array): TermCounts {
  const rows = all.indptr.length - 1;
  const indptr = new Uint32Array(rows + 1);
  const size = all.indices.reduce((sum, place) => sum + (moved[place] >= 0 ? 1 : 0), 0);
  const indices = new Uint32Array(size);
  const counts = new Uint32Array(size);
  const countOf = new Uint32Array(moved.length);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const start = to;
    for (let at = all.indptr[row]; at < all.indptr[row + 1]; at++) {
      const place = moved[all.indices[at]];
      if (place < 0) continue;
      indices[to++] = place;
      countOf[place] = all.counts[at];
    }
    indices.subarray(start, to).sort();
    for (let at = start; at < to; at++) counts[at] = countOf[indices[at]];
    indptr[row + 1] = to;
  }
  return { indptr, indices, counts };
}
