import type { ColumnType } from '../columns.ts';
import type { FieldRules } from '../field-rules.ts';
import type { ColumnBuilder } from './builder.ts';
import { CategoryBuilder } from './category-builder.ts';
import { NumberBuilder } from './number-builder.ts';
import { BooleanBuilder, DateBuilder } from './parsed-builders.ts';
import { TextBuilder } from './text-builder.ts';

/** @param levels a category's levels where they are given: then no others are held. */
export function columnBuilder(
  name: string,
  type: ColumnType,
  rules: FieldRules,
  levels?: readonly string[],
): ColumnBuilder {
  switch (type) {
    case 'number':
      return new NumberBuilder(name, rules);
    case 'category':
      return new CategoryBuilder(name, rules, levels);
    case 'text':
      return new TextBuilder(name, rules);
    case 'boolean':
      return new BooleanBuilder(name, rules);
    case 'date':
      return new DateBuilder(name, rules);
  }
}
