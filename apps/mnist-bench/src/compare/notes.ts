import { plural } from '@kernel-methods/report';
import { settingsOf } from '../records/identity.ts';
import { nameOf } from '../results/cells.ts';
import type { Run, Side } from './side.ts';

/** Where a default changes, all variants are other ones: nothing guards what the old file has. */
export const nothingInBoth = 'No variant of the old file is in the new one, which counts as lost.';

/** Whether times and memory of one side say anything about the other's. */
export function sameMachine({ machine: a }: Side, { machine: b }: Side): boolean {
  return a.platform === b.platform && a.cpu === b.cpu && a.cores === b.cores;
}

/** What is to be known before the changes are read. */
export function notesOf(before: Side, after: Side, otherData: number): string[] {
  const [old, now] = [before.machine, after.machine];
  return [
    !sameMachine(before, after) &&
      `Other machines, so time and memory are not judged: ${describe(old)}, then ${describe(now)}.`,
    otherData > 0 &&
      `Other data, so the accuracy of ${plural(otherData, 'variant')} is not judged: the checksums differ.`,
    old.node !== now.node && `Other versions of Node: ${old.node}, then ${now.node}.`,
    before.kind !== after.kind &&
      'One file is of a single run: time is that of the run without the start of its process.',
    ...[before, after].map(
      ({ aborted, path }) => aborted && `${path} was stopped by Ctrl-C: some of it was not run.`,
    ),
  ].filter((note) => note !== false);
}

/** In what variants differ that have one name: "epochs 2, then 3". */
export function notesOfNamesakes(gone: readonly Run[], added: readonly Run[]): string[] {
  return gone.flatMap((before) => {
    const after = added.find((run) => nameOf(run) === nameOf(before));
    if (after === undefined) return [];
    const [old, now] = [settingsOf(before), settingsOf(after)];
    const differing = [...new Set([...old.keys(), ...now.keys()])].filter(
      (name) => old.get(name) !== now.get(name),
    );
    const texts = differing.map(
      (name) => `${name} ${told(before, name)}, then ${told(after, name)}`,
    );
    return [`${nameOf(before)} is not the same in both files: ${texts.join('; ')}.`];
  });
}

const told = ({ config }: Run, name: string) => `${config[name] ?? 'unset'}`;

const describe = ({ cpu, cores, platform }: Side['machine']) =>
  `${cpu} (${plural(cores, 'core')}, ${platform})`;
