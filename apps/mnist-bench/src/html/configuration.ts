import { count } from '@kernel-methods/report';
import { html, type Markup, pairs, tableMarkup } from '@kernel-methods/report/page';
import type { Comparison, VariantSummary } from '../records/comparison.ts';
import { isOurs } from './points.ts';

/** Not of a variant: they differ from run to run, or say where things are written. */
const ofRuns = ['seed', 'progress', 'json', 'save'];

/** What all variants of ours share, what tells them apart, and the peers' settings. */
export function configuration({ variants }: Comparison): Markup | null {
  if (variants.length === 0) return null;
  const ours = variants.filter(isOurs).map((one) => ({ ...one, settings: settingsOf(one) }));
  const peers = variants.filter((one) => !isOurs(one));
  const keys = [...new Set(ours.flatMap(({ settings }) => Object.keys(settings)))];
  const differs = (key: string) => new Set(ours.map(({ settings }) => settings[key])).size > 1;
  const [apart, shared] = [keys.filter(differs), keys.filter((key) => !differs(key))];
  return html`${
    shared.length > 0 &&
    html`<details><summary>What all variants share</summary>
${pairs(shared.map((key) => [key, ours[0].settings[key]]))}
</details>
`
  }${
    apart.length > 0 &&
    html`<details><summary>What tells them apart</summary>
${tableMarkup('What tells variants apart', {
  columns: ['variant', ...apart],
  rows: ours.map(({ variant, settings }) => [variant, ...apart.map((key) => settings[key] ?? '–')]),
})}
</details>
`
  }${
    peers.length > 0 &&
    html`<details><summary>The peers’ settings</summary>
${tableMarkup('Settings of the peers', {
  columns: ['peer', 'settings'],
  rows: peers.map((one) => [
    one.variant,
    Object.entries(settingsOf(one))
      .map((entry) => entry.join(' '))
      .join(', '),
  ]),
})}
</details>
`
  }`;
}

const settingsOf = ({ config }: VariantSummary): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([key, value]) => !ofRuns.includes(key) && value !== null && value !== undefined)
      .map(([key, value]) => [key, typeof value === 'number' ? written(value) : String(value)]),
  );

const written = (value: number) =>
  Number.isInteger(value) ? count(value) : `${Number(value.toPrecision(6))}`;
