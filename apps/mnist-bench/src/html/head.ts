import { count, percent, plural, seconds } from '@kernel-methods/report';
import { html, type Markup } from '@kernel-methods/report/page';
import type { Comparison } from '../records/comparison.ts';
import { datasetsOf, warnings } from './circumstances.ts';
import { isOurs, type Point, pointsOf } from './points.ts';

export function titleOf(comparison: Comparison): string {
  const names = [...new Set(datasetsOf(comparison).map(({ name }) => name))];
  const on = names.length > 0 ? ` on ${names.join(' and ')}` : '';
  return `mnist-bench: ${plural(comparison.variants.length, 'variant')}${on}`;
}

/** When and where, and what there is to know at a glance. */
export function head(comparison: Comparison): Markup {
  const { aborted, machine, startedAt } = comparison;
  const rows = datasetsOf(comparison)
    .filter(({ rows: { train, test } }) => train + test > 0)
    .map(({ rows: { train, test } }) => `${count(train)} rows to train, ${count(test)} to test`);
  return html`<p class="quiet"><time datetime="${startedAt}">${dateOf(startedAt)}</time> · ${machine.cpu}, ${plural(machine.cores, 'core')}${[...new Set(rows)].map((text) => ` · ${text}`)}</p>
${aborted && html`<p class="note">Stopped before its end: what was done by then is here.</p>`}
${warnings(comparison)}
${tiles(comparison)}`;
}

function tiles(comparison: Comparison): Markup {
  const points = pointsOf(comparison);
  const ours = points.filter(isOurs);
  const fastest = ours
    .filter(({ front }) => front)
    .sort((a, b) => a.seconds.median - b.seconds.median)[0];
  const peer = points.find((point) => !isOurs(point));
  const done = comparison.records.filter(({ status }) => status === 'done').length;
  const failed = comparison.records.length - done;
  const shown = [
    ours[0] && tile('Most accurate', ours[0]),
    fastest && fastest !== ours[0] && tile('Fastest on the front', fastest),
    peer && tile('Most accurate peer', peer),
    html`<div><dt>Runs</dt><dd>${count(done)}</dd><dd class="quiet">${
      [
        failed > 0 && `${count(failed)} failed`,
        comparison.skipped.length > 0 &&
          `${plural(comparison.skipped.length, 'combination')} skipped`,
      ]
        .filter(Boolean)
        .join(', ') || 'all done'
    }</dd></div>`,
  ];
  return html`<dl class="tiles">${shown}</dl>`;
}

const tile = (name: string, point: Point) =>
  html`<div><dt>${name}</dt><dd>${percent(point.accuracy.mean)}${
    point.accuracy.n > 1 &&
    html` <span class="spread">± ${(100 * point.accuracy.deviation).toFixed(2)}</span>`
  }</dd><dd class="quiet">${point.variant}, ${seconds(point.seconds.median)}</dd></div>`;

/** 22 November 2026, 18:00 UTC; what is no date, as it stands. */
function dateOf(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat('en-GB', format).format(date)} UTC`;
}
