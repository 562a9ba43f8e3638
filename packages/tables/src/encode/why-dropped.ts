import { show } from '../check.ts';
import { type Column, columnLength, countMissing } from '../columns.ts';
import { countCodes } from './levels-of.ts';

/** Something about a column that its user may want to know. */
export interface Remark {
  column: string;
  code: 'constant' | 'empty' | 'identifier';
  message: string;
}

/** Fewer rows may all differ by chance. */
const leastRows = 20;

/** Why a column is left out unless an encoder is named for it; nothing if it is not. */
export function whyDropped(column: Column): Remark | undefined {
  const { name } = column;
  const rows = columnLength(column);
  const missing = countMissing(column);
  if (missing === rows) {
    return { column: name, code: 'empty', message: `${show(name)} has no values and is left out.` };
  }
  if (missing === 0 && isConstant(column)) {
    const message = `${show(name)} is the same in all rows and is left out.`;
    return { column: name, code: 'constant', message };
  }
  if (rows >= leastRows && isIdentifier(column, rows - missing)) {
    const message = `${show(name)} ${column.type === 'number' ? 'numbers the rows' : 'differs in every row'}: it is taken for an identifier and left out.`;
    return { column: name, code: 'identifier', message };
  }
  return undefined;
}

function isConstant(column: Column): boolean {
  const values = column.type === 'category' ? column.codes : column.values;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Names without duplicates; numbers that count the rows, some of which may have been removed. */
function isIdentifier(column: Column, present: number): boolean {
  if (column.type === 'category') {
    if (column.ordered) return false;
    const counts = countCodes(column.codes, column.levels.length);
    return present >= leastRows && counts.every((count) => count <= 1);
  }
  if (column.type !== 'number') return false;
  const { values } = column;
  if (!(values[0] >= 0 && values[0] <= 20)) return false;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isInteger(values[i]) || (i > 0 && values[i] <= values[i - 1])) return false;
  }
  return values[values.length - 1] < 10 * values.length;
}
