import { describe, expect, it } from 'vitest';
import type { ModelRecord } from '../model/model-record.ts';
import { checkRows } from './check-rows.ts';
import { readDate } from './iso-date.ts';
import { openApi } from './openapi.ts';

const columns = [{ name: 'when', type: 'date', hasBlanks: false }] as const;
const record = {
  columns,
  task: 'regression',
  target: 'y',
  description: '',
} as never as ModelRecord;
const { components } = openApi([{ name: 'm', record }]) as {
  components: { schemas: Record<string, { properties: { when: Record<string, string> } }> };
};
const described = components.schemas['m.row'].properties.when;
const told = (when: unknown) => checkRows([{ when }], columns);

describe('dates of rows', () => {
  it.each([
    ['2026-11-30', '2026-11-30T00:00:00.000Z'],
    ['2026-11-30T10:15', '2026-11-30T10:15:00.000Z'],
    ['2026-11-30 10:15:20.5', '2026-11-30T10:15:20.500Z'],
    ['2026-11-30T10:15:20Z', '2026-11-30T10:15:20.000Z'],
    ['2026-11-30T10:15:20+02:00', '2026-11-30T08:15:20.000Z'],
  ])('%s is %s, and described', (text, time) => {
    expect(readDate(text)?.toISOString()).toBe(time);
    expect(told(text)).toEqual({ rows: [{ when: new Date(time) }] });
    expect(text).toMatch(new RegExp(described.pattern));
    expect(described.format).toBeUndefined();
  });

  it.each(['2026-11-30 at noon', '30.11.2026', '2026-11', '2026-11-30T10', ''])(
    '%j is none, and not described',
    (text) => {
      expect(told(text)).toHaveProperty('faults');
      expect(text).not.toMatch(new RegExp(described.pattern));
    },
  );

  it.each(['2026-02-30', '2026-13-01', '2026-11-30T25:00'])('%s is no time', (text) => {
    expect(told(text)).toHaveProperty('faults');
  });

  it('may be blank', () => {
    expect(told(null)).toEqual({ rows: [{ when: null }] });
    expect(described.type).toEqual(['string', 'null']);
  });
});
