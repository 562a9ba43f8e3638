import type { WorstRow } from '../../run/examine.ts';
import { html, type Markup } from '../markup.ts';
import { encodePng } from '../png.ts';

/** The worst-classified rows as pictures, white on black: the style turns them for light pages. */
export function digits(worst: readonly WorstRow[]): Markup {
  return html`<ul class="digits">
${worst.map(picture)}</ul>`;
}

function picture({ row, truth, predicted, margin, pixels }: WorstRow): Markup {
  const bytes = Buffer.from(pixels, 'base64');
  const width = Math.sqrt(bytes.length);
  const image = Number.isInteger(width) && width > 0 && encodePng(bytes, width).toString('base64');
  return html`<li>${
    image &&
    html`<img src="data:image/png;base64,${image}" width="${width}" height="${width}" alt="Test row ${row}">`
  }<span><b>${truth}</b>, taken for <b>${predicted}</b><br><span class="quiet">row ${row}<br>margin ${margin.toFixed(2).replace('-', '−')}</span></span></li>
`;
}
