import { xmlSafe } from '../text/printable.ts';

/** Text that is HTML already. Everything else in a template is escaped. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | false | null | undefined | readonly Part[];

/** HTML with its values escaped. Lists are joined, and missing values are left out. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, i) => (i === 0 ? text : write(parts[i - 1]) + text)).join('') };
}

/** Marks text as HTML; the text must come from our own sources. */
export const trusted = (markup: string): Markup => ({ markup });

/** Escapes text for HTML and XML, in an element or in a quoted attribute. */
export function escapeText(text: string): string {
  return xmlSafe(text).replace(/[&<>"']/g, (character) => entities[character]);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function write(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(write).join('');
  if (typeof part === 'object' && 'markup' in part) return part.markup;
  return escapeText(String(part));
}
