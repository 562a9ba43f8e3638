import { type CsvValue, csv } from '@kernel-methods/report';
import type { Comparison } from '../records/comparison.ts';
import { latest } from '../records/identity.ts';
import type { RunRecord } from '../records/run-record.ts';

/** One row per run under a row of names, as in RFC 4180. An unknown value is an empty field. */
export function toCsv(comparison: Comparison): string {
  const records = latest(comparison.records);
  const settings = [...new Set(records.flatMap(({ config }) => Object.keys(config)))];
  const rows = records.map((record) => [
    ...fields.map(([, read]) => read(record)),
    ...settings.map((name) => settingOf(record, name)),
  ]);
  const names = [...fields.map(([name]) => name), ...settings.map((name) => `config.${name}`)];
  return csv([names, ...rows]);
}

const phases = ['load', 'features', 'train', 'validate', 'predict', 'save', 'total'] as const;

const fields: readonly (readonly [name: string, read: (record: RunRecord) => CsvValue])[] = [
  ['variant', ({ variant }) => variant],
  ['system', ({ system }) => system],
  ['seed', ({ seed }) => seed],
  ['repeat', ({ repeat }) => repeat],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['startedAt', ({ startedAt }) => startedAt],
  ['testAccuracy', ({ outcome }) => outcome?.testAccuracy],
  ['testLoss', ({ outcome }) => outcome?.testLoss],
  ['coverage', ({ outcome }) => outcome?.open?.coverage],
  ['answeredAccuracy', ({ outcome }) => outcome?.open?.answeredAccuracy],
  ['recall', ({ outcome }) => outcome?.open?.recall],
  ['auroc', ({ outcome }) => outcome?.open?.auroc],
  ['processSeconds', ({ processSeconds }) => processSeconds],
  ...phases.map(
    (phase) => [`seconds.${phase}`, ({ outcome }: RunRecord) => outcome?.seconds[phase]] as const,
  ),
  ['peakMemory', ({ outcome }) => outcome?.peakMemory],
  ['dataset', ({ outcome }) => outcome?.dataset?.name],
  ['checksum', ({ outcome }) => outcome?.dataset?.checksum],
  ['rows.train', ({ outcome }) => outcome?.dataset?.rows.train],
  ['rows.validation', ({ outcome }) => outcome?.dataset?.rows.validation],
  ['rows.test', ({ outcome }) => outcome?.dataset?.rows.test],
];

function settingOf({ config }: RunRecord, name: string): CsvValue {
  const settings: Readonly<Record<string, CsvValue>> = { ...config };
  return Object.hasOwn(settings, name) ? settings[name] : null;
}
