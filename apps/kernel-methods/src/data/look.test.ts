import { readCsv, Table } from '@kernel-methods/tables';
import { describe, expect, it } from 'vitest';
import { shopsCsv } from '../fixtures/tables.ts';
import { columnLines } from './column-lines.ts';
import { lookAt, spreadText } from './look.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const looksOf = async (
  target: string,
  task: 'classification' | 'regression',
  drop: string[] = [],
) => {
  const all = (await readCsv(shopsCsv(300, 3, { leak: true }))) as Table;
  const table = (drop.length > 0 ? all.drop(...drop) : all) as Table;
  return lookAt({ table, target, task, scoring: 'accuracy', seed: 0 });
};
const leaking = (looks: Awaited<ReturnType<typeof looksOf>>) =>
  looks.filter(({ leak }) => leak !== undefined).map(({ name }) => name);

describe('lookAt', () => {
  it('finds columns that give a class away, and no others', async () => {
    const looks = await looksOf('does', 'classification');
    expect(leaking(looks)).toContain('grade');
    expect(leaking(looks)).not.toContain('x');
    expect(looks.find(({ name }) => name === 'grade')!.leak).toContain(
      'predicts does by itself in 100.00 %',
    );
  });

  it('finds columns that give a number away', async () => {
    const looks = await looksOf('sales', 'regression', ['does', 'grade']);
    expect(leaking(looks)).toEqual([]);
    const rows = Array.from({ length: 200 }, (_, i) => ({
      net: i * 3.7,
      noise: (i * 7919) % 101,
      gross: i * 3.7 * 1.19,
    }));
    const known = lookAt({
      table: Table.fromRows(rows) as unknown as Table,
      target: 'gross',
      task: 'regression',
      scoring: 'r2',
      seed: 0,
    });
    expect(leaking(known)).toEqual(['net']);
  });

  it('says nothing of leaks where nearly all rows are of one class, or rows are few', () => {
    const rare = Array.from({ length: 400 }, (_, i) => ({ a: i % 7, b: i % 80 === 0 ? 'x' : 'y' }));
    const look = (rows: object[]) =>
      lookAt({
        table: Table.fromRows(rows) as unknown as Table,
        target: 'b',
        task: 'classification',
        scoring: 'accuracy',
        seed: 0,
      });
    expect(leaking(look(rare))).toEqual([]);
    expect(leaking(look(rare.slice(0, 40)))).toEqual([]);
  });
});

it('takes numbers that are classes for such', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ x: i % 7, y: i % 3 === 0 ? 2 : 1 }));
  const table = Table.fromRows(rows) as unknown as Table;
  const looks = lookAt({
    table,
    target: 'y',
    task: 'classification',
    scoring: 'accuracy',
    seed: 0,
  });
  expect(looks[1]).toMatchObject({ role: 'target', type: 'category', distinct: 2 });
  expect(spreadText(looks[1])).toBe('1, 2');
  expect(columnLines(looks, plain, 60)[2]).toBe('y       the target  1, 2');
});

it('says which labels the lists of a target hold', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ x: i % 7, y: i % 3 === 0 ? 'a;b' : 'b' }));
  const table = Table.fromRows(rows, { columns: { y: 'text' } }) as unknown as Table;
  const labels = { names: ['a', 'b'], separator: ';' };
  const looks = lookAt({
    ...{ table, target: 'y', task: 'multilabel', scoring: 'f1Micro' as never, seed: 0, labels },
  });
  expect(looks[1].top).toEqual([
    { value: 'b', count: 60 },
    { value: 'a', count: 20 },
  ]);
  expect(spreadText(looks[1])).toBe('b, a');
});

it.each([40, 60, 120])('fits %i columns', async (width) => {
  const looks = await looksOf('does', 'classification');
  const lines = columnLines(looks, plain, width);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  for (const { name } of looks) expect(lines.some((line) => line.startsWith(name))).toBe(true);
  expect(lines.join(' ')).toContain('Warning: grade');
});

it('says in a few words what a column holds', async () => {
  const looks = await looksOf('does', 'classification');
  const text = (name: string) => spreadText(looks.find((one) => one.name === name)!);
  expect(text('kind').split(', ')).toHaveLength(3);
  expect(text('id')).toMatch(/^shop-.*, … \(300\)$/);
  expect(text('y')).toMatch(/^−\d.* … .* … \d/);
});
