import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeText, html, type Markup, trusted } from '../page/markup.ts';
import { palette } from '../page/style.ts';
import { xmlSafe } from '../text/printable.ts';
import { type Item, legend, legendLines } from './legend.ts';

export interface Drawing extends Plot.PlotOptions {
  readonly width: number;
  readonly marks: Plot.Markish[];
  /** The text that a screen reader reads instead. */
  readonly label: string;
  readonly legend?: readonly Item[];
}

const marginLeft = 44;

export type Drawn = (SVGSVGElement | HTMLElement) & Plot.Plot;

/** Draws without a browser. Colours are CSS variables; see page/style.ts. */
export function draw({ label: _, legend: items = [], marks, y, ...options }: Drawing): Drawn {
  const above = y?.label ? 38 : 16;
  const room = options.width - (options.marginLeft ?? marginLeft);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    marginLeft,
    marginRight: 18,
    marginBottom: 42,
    ...options,
    // Plot would write the label over the legend.
    y: { ...y, label: null },
    marginTop: above + 4 + legendLines(items, room) * 20,
    document: document as unknown as Document,
    className: 'plot',
    style: { fontSize: '12px' },
    marks: [...marks, ...axisLabel(y?.label), ...legend(items, room, above)],
  });
  tidy(svg);
  return svg;
}

/** The plot as a picture with an accessible name, for a page. */
export function picture(drawing: Drawing): Markup {
  const svg = markupOf(draw(drawing));
  return html`<svg role="img" aria-label="${drawing.label}"${trusted(svg.slice('<svg'.length))}`;
}

/**
 * The plot as an SVG file, for light and dark mode. It is well-formed XML whatever the texts
 * contain.
 *
 * @param title names the picture for a screen reader; its `label` describes it.
 */
export function svgFile(drawing: Drawing, title: string): string {
  const svg = draw(drawing);
  const [width, height] = ['width', 'height'].map((name) => {
    const size = Number(svg.getAttribute(name)) + 2 * room;
    svg.setAttribute(name, `${size}`);
    return size;
  });
  svg.setAttribute('viewBox', `${-room} ${-room} ${width} ${height}`);
  const text = markupOf(svg).slice('<svg'.length);
  const at = text.indexOf('>') + 1;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc"${text.slice(0, at)}
<title id="title">${escapeText(title)}</title>
<desc id="desc">${escapeText(drawing.label)}</desc>
<style>${palette('svg')}svg{color:var(--text)}text{white-space:pre}</style>
<rect x="${-room}" y="${-room}" width="100%" height="100%" fill="var(--page)" />
${text.slice(at)}
`;
}

/** The margin around the plot, so that nothing touches the edge. */
const room = 12;

/**
 * Replaces the only entity of Plot's HTML that XML does not know, and removes characters that XML
 * does not allow.
 */
const markupOf = (svg: Drawn) => xmlSafe(svg.outerHTML.replaceAll('&nbsp;', '&#160;'));

function axisLabel(label: string | null | undefined): Plot.Markish[] {
  if (!label) return [];
  const place = { frameAnchor: 'top-left', textAnchor: 'start', lineAnchor: 'middle' } as const;
  return [Plot.text([0], { ...place, text: [label], dx: 2 - marginLeft, dy: -16 })];
}

/**
 * Removes what Plot writes only for browsers (its style sheet and the names of groups), and
 * shortens numbers.
 */
function tidy(svg: Drawn): void {
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const element of svg.querySelectorAll('*')) {
    element.removeAttribute('aria-label');
    element.removeAttribute('aria-hidden');
    for (const name of geometry) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/-?\d*\.\d{2,}/g, rounded));
    }
  }
}

const geometry = [
  'd',
  'transform',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'cx',
  'cy',
  'width',
  'height',
];

const rounded = (number: string) => `${Number(Number(number).toFixed(2))}`;
