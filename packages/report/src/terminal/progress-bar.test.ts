import { describe, expect, it } from 'vitest';
import { epochLine, progressBar } from './progress-bar.ts';

const event = {
  phase: 'train',
  epoch: 3,
  epochs: 20,
  step: 150,
  steps: 375,
  loss: 0.02134,
  accuracy: 0.9612,
} as const;
const left = { epoch: 12, all: 250 };

describe('progressBar', () => {
  it('shows all where there is room', () => {
    expect(progressBar(event, left, 120)).toBe(
      `epoch  3/20 [${'█'.repeat(12)}${'░'.repeat(18)}]  loss 0.0213  accuracy 0.9612  0:12 left  4:10 in all  step 150/375`,
    );
  });

  it('drops what is least needed where it is narrow', () => {
    expect(progressBar(event, left, 80)).toBe(
      `epoch  3/20 [${'█'.repeat(5)}${'░'.repeat(7)}]  loss 0.0213  accuracy 0.9612  0:12 left  4:10 in all`,
    );
    expect(progressBar(event, left, 40)).toBe('epoch  3/20 [█████░░░░░░░░]  loss 0.0213');
    expect(progressBar(event, left, 24)).toBe('epoch  3/20 [████░░░░░░]');
    expect(progressBar(event, left, 5)).toBe('epoch');
  });

  it.each(Array.from({ length: 140 }, (_, i) => i))('is never wider than %i columns', (width) => {
    for (const phase of ['train', 'validate'] as const) {
      expect(progressBar({ ...event, phase }, left, width).length).toBeLessThanOrEqual(width);
    }
  });

  it('names the validation', () => {
    expect(progressBar({ ...event, phase: 'validate' }, left, 120)).toContain('validating');
  });
});

describe('epochLine', () => {
  const record = { epoch: 3, loss: 0.02134, accuracy: 0.9612, seconds: 42.123 };

  it('leaves out what was not measured', () => {
    expect(epochLine({ ...record, valLoss: 0.03, valAccuracy: 0.95 }, 20)).toBe(
      'epoch  3/20  loss 0.0213  accuracy 0.9612  val loss 0.0300  val accuracy 0.9500  42.1 s',
    );
    expect(epochLine(record, 20)).toBe('epoch  3/20  loss 0.0213  accuracy 0.9612  42.1 s');
  });
});
