import type { Markup } from './markup.ts';

/** A plot with what belongs to it. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** The plot as wide screens and paper show it, and as phones do; or one for all. */
  readonly wide?: Markup;
  readonly narrow: Markup;
  /** The numbers that it draws. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const widths = { wide: 880, narrow: 380 } as const;
