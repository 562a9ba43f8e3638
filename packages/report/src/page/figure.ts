import { html, type Markup } from './markup.ts';

/** A plot with its heading, text and numbers. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** The plot for wide screens and paper, and for phones; or one for all. */
  readonly wide?: Markup;
  readonly narrow: Markup;
  /** The numbers that it draws. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const widths = { wide: 880, narrow: 380 } as const;

/** A plot under its heading, with a table of its numbers that can be opened. */
export function figureMarkup(figure: Figure, level: 2 | 3 = 2): Markup {
  const { id, title, caption, wide, narrow } = figure;
  const heading =
    level === 2
      ? html`<h2 id="${id}-title">${title}</h2>`
      : html`<h3 id="${id}-title">${title}</h3>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
${heading}
<figure>
<figcaption>${unbroken(caption)}</figcaption>
${wide && html`<div class="wide">${wide}</div>`}<div class="narrow">${narrow}</div>
</figure>
<details>
<summary>Its numbers<span class="hidden">: ${title}</span></summary>
${tableMarkup(title, figure)}
</details>
</section>
`;
}

/** A number keeps its unit where a line ends. */
const unbroken = (text: string) => text.replace(/(\d) %/g, '$1\u00a0%');

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | Markup)[])[];
}

/** A table in a box that scrolls; the first column names the rows. */
export function tableMarkup(name: string, { columns, rows }: Table): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}: table" tabindex="0"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first, ...rest]) =>
    html`<tr><th scope="row">${first}</th>${rest.map(cell)}</tr>
`,
)}</tbody>
</table></div>`;
}

/** Short cells are not broken across lines, so a number keeps its unit. */
const cell = (content: string | Markup) =>
  typeof content === 'string' && content.length < 24
    ? html`<td class="short">${content}</td>`
    : html`<td>${content}</td>`;

/** Names and values, side by side. */
export const pairs = (rows: readonly (readonly [name: string, value: string])[]): Markup =>
  html`<dl class="pairs">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
