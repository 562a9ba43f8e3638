import { rangeError, shown, typeError } from '@kernel-methods/check';
import type { RejectScore, RejectScoreConfig } from './reject-score.ts';

/** A rejection as JSON. */
export interface RejectionRecord {
  readonly kind: 'rejection';
  readonly version: 1;
  readonly score: { readonly name: string; readonly config: RejectScoreConfig };
  readonly threshold: number;
  /** What the score has learned. */
  readonly state?: unknown;
}

/** @throws RangeError if the threshold is infinite: then no row is kept. */
export function writeRejection(
  { name, config, write }: RejectScore,
  threshold: number,
  state: unknown,
): RejectionRecord {
  if (!Number.isFinite(threshold)) {
    throw rangeError('threshold', 'be finite to be saved', String(threshold));
  }
  return {
    kind: 'rejection',
    version: 1,
    score: { name, config },
    threshold,
    ...(write && { state: write(state) }),
  };
}

/** @throws TypeError or RangeError unless `toJSON` could have returned it for this score. */
export function readRejection(
  record: RejectionRecord,
  { name, config, read }: RejectScore,
): { threshold: number; state: unknown } {
  const { kind, version, score, threshold, state } = record ?? {};
  if (kind !== 'rejection' || version !== 1 || !Number.isFinite(threshold)) {
    throw typeError('record', 'be what `toJSON` of a rejection returned', shown(record));
  }
  if (score?.name !== name) {
    throw rangeError('record.score', `be '${name}', as in the options`, shown(score?.name));
  }
  // A threshold belongs to the score with its settings.
  const [own, saved] = [config, score.config].map(settings);
  if (saved !== own) throw rangeError('record.score.config', `be ${own}, as in the options`, saved);
  return { threshold, state: read?.(state) };
}

const settings = (config: RejectScoreConfig | null | undefined): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(config ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
