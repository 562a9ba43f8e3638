import * as Plot from '@observablehq/plot';
import { cut } from '../text/fit.ts';

/** How a series looks: its colour, and its shape for readers who cannot tell the colours apart. */
export interface Look {
  readonly color: string;
  readonly symbol: Plot.SymbolType;
  /** Whether the mark is only an outline. */
  readonly hollow?: boolean;
}

export interface Item extends Look {
  readonly text: string;
  /** The dash pattern, if it is drawn as a line with the mark on it. */
  readonly dash?: string;
}

const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross'] as const;
const dashes = ['none', '6 3', '2 3', '8 3 2 3'];

/** More lines than colours could not be told apart. */
export const mostLines = symbols.length;

/** The i-th look. No two are the same until every colour has been used with every shape. */
export function lookOf(i: number): Look & { readonly dash: string } {
  return {
    color: `var(--series-${(i % symbols.length) + 1})`,
    symbol: symbols[(i + Math.floor(i / symbols.length)) % symbols.length],
    dash: dashes[i % dashes.length],
  };
}

/** The settings of a look for a dot mark. */
export function dotStyle({ color, symbol, hollow }: Look) {
  return {
    symbol,
    fill: hollow ? 'var(--page)' : color,
    stroke: hollow ? color : 'var(--page)',
    strokeWidth: hollow ? 1.6 : 0.8,
  };
}

/** `room` is the width to the right of the frame's left edge. */
export const legendLines = (items: readonly Item[], room: number) =>
  items.length === 0 ? 0 : 1 + Math.max(...placed(items, room).map(({ line }) => line));

/**
 * One or more lines over the plot, with the mark and name of each item; the last line is `above`
 * pixels over the frame.
 */
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

/** The approximate width of a letter in a system font of 12 pixels. */
const letter = 6.4;

export const textWidth = (text: string) => letter * text.length;
