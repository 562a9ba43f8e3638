import { createHash } from 'node:crypto';
import { type Figure, figureMarkup } from './figure.ts';
import { html, type Markup, trusted } from './markup.ts';
import { sortScript } from './sort-script.ts';
import { style } from './style.ts';

/** A part of a page that the navigation lists. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly markup: Markup;
}

export interface Page {
  readonly title: string;
  /** Shown under the title: when and where it was made, and the main results. */
  readonly head: Markup;
  readonly sections: readonly Section[];
  readonly foot: string;
  /** A style sheet for parts of the page that do not come from this package. */
  readonly style?: string;
}

/**
 * A page in one file that works without a network: its content policy forbids loading anything. A
 * click on a heading sorts a table of the class `sortable`.
 */
export function pageText({ title, head, sections, foot, style: own = '' }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${hashOf(sortScript)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(style + own)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header>
<h1>${title}</h1>
${head}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="main" tabindex="-1">
${sections.map(({ markup }) => markup)}</main>
<footer>${foot}</footer>
<script>${trusted(sortScript)}</script>
</body>
</html>
`.markup;
}

/** A section with a heading; null if it is empty. */
export function section(id: string, title: string, content: Markup | null): Section | null {
  if (!content) return null;
  const markup = html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
  return { id, title, markup };
}

/** A section with a plot and its numbers. */
export const figureSection = (figure: Figure): Section => ({
  id: figure.id,
  title: figure.title,
  markup: figureMarkup(figure),
});

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
