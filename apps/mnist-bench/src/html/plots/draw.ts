import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, type Markup, trusted } from '../markup.ts';
import { type Item, legend, legendLines } from './legend.ts';

export interface Drawing extends Plot.PlotOptions {
  readonly width: number;
  readonly marks: Plot.Markish[];
  /** What a screen reader says in its place. */
  readonly label: string;
  readonly legend?: readonly Item[];
}

const marginLeft = 44;

export type Drawn = (SVGSVGElement | HTMLElement) & Plot.Plot;

/** Draws without a browser. Colours are left to CSS variables, see style/palette.ts. */
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

/** The plot as a picture with a name, for a page. */
export function picture(drawing: Drawing): Markup {
  const svg = draw(drawing).outerHTML;
  return html`<svg role="img" aria-label="${drawing.label}"${trusted(svg.slice('<svg'.length))}`;
}

function axisLabel(label: string | null | undefined): Plot.Markish[] {
  if (!label) return [];
  const place = { frameAnchor: 'top-left', textAnchor: 'start', lineAnchor: 'middle' } as const;
  return [Plot.text([0], { ...place, text: [label], dx: 2 - marginLeft, dy: -16 })];
}

/** Takes out what Plot says to browsers alone: its style sheet, names of groups, long numbers. */
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
