import type { Side } from './side.ts';

/** Whether times and memory of one side say anything about the other's. */
export function sameMachine({ machine: a }: Side, { machine: b }: Side): boolean {
  return a.platform === b.platform && a.cpu === b.cpu && a.cores === b.cores;
}

/** What is to be known before the changes are read. */
export function notesOf(before: Side, after: Side, otherData: number): string[] {
  const [old, now] = [before.machine, after.machine];
  return [
    !sameMachine(before, after) &&
      `Other machines, so time and memory are not judged: ${nameOf(old)}, then ${nameOf(now)}.`,
    otherData > 0 &&
      `Other data, so the accuracy of ${variants(otherData)} is not judged: the checksums differ.`,
    old.node !== now.node && `Other versions of Node: ${old.node}, then ${now.node}.`,
    before.kind !== after.kind &&
      'One file is of a single run: time is that of the run without the start of its process.',
    ...[before, after].map(
      ({ aborted, path }) => aborted && `${path} was stopped by Ctrl-C: some of it was not run.`,
    ),
  ].filter((note) => note !== false);
}

const nameOf = ({ cpu, cores, platform }: Side['machine']) =>
  `${cpu} (${cores} ${cores === 1 ? 'core' : 'cores'}, ${platform})`;

const variants = (n: number) => (n === 1 ? '1 variant' : `${n} variants`);
