import * as Plot from '@observablehq/plot';
import { cut } from '../text/fit.ts';

/** How a series looks: colour, and shape for those who do not tell colours apart. */
export interface Look {
  readonly color: string;
  readonly symbol: Plot.SymbolType;
  /** Whether the mark is an outline alone. */
  readonly hollow?: boolean;
}

export interface Item extends Look {
  readonly text: string;
  /** Drawn as a line with the mark on it. */
  readonly dash?: string;
}

const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross'] as const;
const dashes = ['none', '6 3', '2 3', '8 3 2 3'];

/** More lines than there are colours cannot be told apart. */
export const mostLines = symbols.length;

/** Looks of which no two are the same before each colour has come with each shape. */
export function lookOf(i: number): Look & { readonly dash: string } {
  return {
    color: `var(--series-${(i % symbols.length) + 1})`,
    symbol: symbols[(i + Math.floor(i / symbols.length)) % symbols.length],
    dash: dashes[i % dashes.length],
  };
}

/** What a dot mark takes of a look. */
export function dotStyle({ color, symbol, hollow }: Look) {
  return {
    symbol,
    fill: hollow ? 'var(--page)' : color,
    stroke: hollow ? color : 'var(--page)',
    strokeWidth: hollow ? 1.6 : 0.8,
  };
}

/** `room` is what is right of the frame's left edge. */
export const legendLines = (items: readonly Item[], room: number) =>
  items.length === 0 ? 0 : 1 + Math.max(...placed(items, room).map(({ line }) => line));

/** A line or more over the plot, mark and name of each; the last is `above` its frame. */
export function legend(items: readonly Item[], room: number, above: number): Plot.Markish[] {
  const lines = legendLines(items, room);
  return placed(items, room).flatMap(({ item, x, line }) => {
    const dy = -above - 20 * (lines - 1 - line);
    const at = { frameAnchor: 'top-left', dy } as const;
    const stroke = {
      text: ['–––'],
      dx: x - 9,
      fill: item.color,
      fontWeight: 'bold',
      textAnchor: 'start',
      lineAnchor: 'middle',
    } as const;
    return [
      ...(item.dash ? [Plot.text([0], { ...at, ...stroke })] : []),
      Plot.dot([0], { ...at, ...dotStyle(item), dx: x, r: 4.5 }),
      Plot.text([0], {
        ...at,
        text: [cut(item.text, Math.floor((room - before) / letter))],
        dx: x + 14,
        textAnchor: 'start',
        lineAnchor: 'middle',
        fill: 'currentColor',
      }),
    ];
  });
}

function placed(items: readonly Item[], room: number) {
  let x = 0;
  let line = 0;
  return items.map((item) => {
    const size = before + textWidth(item.text);
    if (x > 0 && x + size > room) {
      x = 0;
      line += 1;
    }
    const place = { item, x: x - 28, line };
    x += size;
    return place;
  });
}

/** The mark and the gaps around a name. */
const before = 34;

/** About as wide as a system font of 12 pixels sets a letter. */
const letter = 6.4;

export const textWidth = (text: string) => letter * text.length;
