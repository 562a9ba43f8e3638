import type { Line } from '@kernel-methods/runner';
import type { Message } from '../records/messages.ts';
import type { Outcome } from '../records/run-record.ts';

type Read = Line<Message, Outcome>;

/** Nothing that the run prints is trusted: peers are other programs, in other languages. */
export function readMessage(line: string): Read {
  if (!line.startsWith('{')) return null;
  let value: Partial<Message>;
  try {
    value = JSON.parse(line);
  } catch {
    // Python writes NaN as a bare word, which is no JSON: said by the line itself.
    return { broken: `not JSON: ${line}` };
  }
  switch (value.type) {
    case 'report':
      return readReport(value.report);
    case 'phase':
      return typeof value.name === 'string' ? { message: value as Message } : null;
    case 'progress':
    case 'epoch':
      return typeof value.epoch === 'number' && typeof value.epochs === 'number'
        ? { message: value as Message }
        : null;
    default:
      return null;
  }
}

function readReport(report: unknown): Read {
  const lacks = typeof report === 'object' && report !== null ? lackOf(report) : 'report';
  if (lacks !== undefined) return { broken: `without a valid \`${lacks}\`` };
  const outcome = outcomeOf(report as Outcome);
  return { message: { type: 'report', report: outcome }, outcome };
}

function lackOf(report: Partial<Outcome>): string | undefined {
  if (!isNumber(report.peakMemory)) return 'peakMemory';
  if (!isNumber(report.seconds?.total)) return 'seconds.total';
  if (!Array.isArray(report.epochs)) return 'epochs';
  const { testAccuracy = null } = report;
  return testAccuracy === null || isNumber(testAccuracy) ? undefined : 'testAccuracy';
}

const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

/** Without what a record says already, as the configuration; what a peer leaves out is null. */
function outcomeOf(report: Outcome): Outcome {
  return {
    dataset: report.dataset ?? null,
    epochs: report.epochs,
    testAccuracy: report.testAccuracy ?? null,
    testLoss: report.testLoss ?? null,
    confusion: report.confusion ?? null,
    worst: report.worst ?? null,
    seconds: report.seconds,
    peakMemory: report.peakMemory,
    versions: report.versions ?? {},
    ...(report.open && { open: report.open }),
    ...(report.reliability && { reliability: report.reliability }),
  };
}
