import { html, type Markup } from '../markup.ts';

/** Names and values, side by side. */
export const pairs = (rows: readonly (readonly [name: string, value: string])[]): Markup =>
  html`<dl class="pairs">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
