import type { FitProgress } from '@kernel-methods/models';
import type { EpochReport, Outcome } from './run-record.ts';

/** What a run tells the program that started it: a line of JSON each. The report comes last. */
export type Message =
  | { readonly type: 'phase'; readonly name: 'load' | 'train' | 'test' | 'save' }
  | ({ readonly type: 'progress' } & FitProgress)
  | ({ readonly type: 'epoch'; readonly epochs: number } & EpochReport)
  | { readonly type: 'report'; readonly report: Outcome };

export type Tell = (message: Message) => void;

/** Progress comes with every step; no reader needs it more often than this. */
const progressMs = 100;

/** Messages as lines of JSON; of progress, some ten per second. */
export function createTell(
  stream: { write(text: string): unknown },
  now: () => number = () => performance.now(),
): Tell {
  let last = Number.NEGATIVE_INFINITY;
  return (message) => {
    if (message.type === 'progress') {
      if (message.step < message.steps && now() - last < progressMs) return;
      last = now();
    }
    stream.write(`${JSON.stringify(message)}\n`);
  };
}
