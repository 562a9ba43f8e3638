import * as Plot from '@observablehq/plot';

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

export const legendLines = (items: readonly Item[], width: number) =>
  items.length === 0 ? 0 : 1 + Math.max(...placed(items, width).map(({ line }) => line));

/** A line or more over the plot, mark and name of each; the last is `above` its frame. */
export function legend(items: readonly Item[], width: number, above: number): Plot.Markish[] {
  const lines = legendLines(items, width);
  return placed(items, width).flatMap(({ item, x, line }) => {
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
        text: [item.text],
        dx: x + 14,
        textAnchor: 'start',
        lineAnchor: 'middle',
        fill: 'currentColor',
      }),
    ];
  });
}

function placed(items: readonly Item[], width: number) {
  let x = 0;
  let line = 0;
  return items.map((item) => {
    const size = 34 + textWidth(item.text);
    if (x > 0 && x + size > width - 52) {
      x = 0;
      line += 1;
    }
    const place = { item, x: x - 28, line };
    x += size;
    return place;
  });
}

/** About as wide as a system font of 12 pixels sets it. */
export const textWidth = (text: string) => 6.4 * text.length;
