import { type Base, distinctBy, keyOf, type Machine, trainingKeyOf } from './machine.ts';
import {
  type KernelName,
  kernels,
  MANY_OUTPUTS,
  type MapName,
  mapOf,
  maps,
  shares,
  sparseTrainings,
  type Training,
  trainings,
} from './parts.ts';
import type { Question } from './question.ts';

/** What decides which machines make sense. */
export interface Kind {
  readonly task: Question['task'];
  readonly rows: number;
  /** Classes or labels; 1 for numbers. */
  readonly outputs: number;
  /** Whether the coded rows are sparse, as texts are. */
  readonly isSparse: boolean;
}

/** Kernels and scales on landmarks: those that are good on most tables first. */
export const allBases: readonly Base[] = shares.flatMap((share) =>
  (Object.keys(kernels) as KernelName[]).map(
    (kernel) => ({ map: 'nystroem', kernel, share }) as const,
  ),
);

/** Ridge regression, or what the task's first loss is, on a base. */
export const firstOn = (base: Base, { task }: Pick<Kind, 'task'>): Machine =>
  withBase(base, trainings[task].slice(0, 1))[0];

/**
 * The machines to try on some bases, the best first: on each base all losses and penalties, the
 * first loss of every base before the others; then the linear machines, and the best kernel with
 * the maps that are left. For many outputs the linear machines come first.
 */
export function candidatesFor(kind: Kind, bases: readonly Base[] = allBases): Machine[] {
  return kind.isSparse ? sparse(kind) : dense(kind, bases);
}

/** A linear machine, to compare with: the simplest that the task has. */
export function linearFor({ task, isSparse }: Pick<Kind, 'task' | 'isSparse'>): Machine {
  const { loss, solver, penalties } = (isSparse ? sparseTrainings : trainings)[task][0];
  const c = penalties[0];
  return { map: 'identity', loss, solver, ...(c !== undefined && { c }) };
}

function dense(kind: Kind, bases: readonly Base[]): Machine[] {
  const withAll = (base: Base) =>
    withBase(base, trainings[kind.task].filter(suits(kind, base.map)));
  const [first, ...others] = bases;
  const ofMaps = mapsFor(kind)
    .filter((map) => map !== first.map)
    .map((map): Base => (mapOf(map).hasKernel ? { ...first, map } : { map }));
  // Of a training only the first penalty, which is gone on from; least squares, which cost least, last.
  const linear = ofMaps
    .filter(({ kernel }) => kernel === undefined)
    .flatMap((base) => distinctBy(trainingKeyOf, withAll(base)))
    .reverse();
  return distinctBy(keyOf, [
    ...(hasMany(kind) ? linear : []),
    ...bases.map((base) => withAll(base)[0]),
    ...ofMaps.map((base) => withAll(base)[0]),
    ...withAll(first),
    ...(hasMany(kind)
      ? []
      : ofMaps.filter(({ map }) => !mapOf(map).firstLossOnly).flatMap(withAll)),
    ...others.flatMap(withAll),
  ]);
}

/** Machines on the terms themselves, and random features of them with least squares. */
function sparse(kind: Kind): Machine[] {
  const takers = mapsFor(kind).filter((map) => mapOf(map).takesSparse);
  const plain = takers.filter((map) => !mapOf(map).hasKernel);
  const random = hasMany(kind) ? [] : takers.filter((map) => mapOf(map).hasKernel);
  return [
    ...plain.flatMap((map) =>
      withBase({ map }, sparseTrainings[kind.task].filter(suits(kind, map))),
    ),
    ...random.flatMap((map) =>
      allBases.flatMap((base) => withBase({ ...base, map }, trainings[kind.task].slice(0, 1))),
    ),
  ];
}

/** Features of a kernel cost more with each output. */
export const hasMany = ({ outputs }: Pick<Kind, 'outputs'>): boolean => outputs > MANY_OUTPUTS;

const mapsFor = ({ rows }: Kind) =>
  (Object.keys(maps) as MapName[]).filter((map) => rows >= (mapOf(map).leastRows ?? 0));

const suits =
  ({ rows, outputs }: Kind, map: MapName) =>
  ({
    mostRows = Infinity,
    mostOutputs = Infinity,
    mostKernelOutputs = Infinity,
    leastOutputs = 0,
  }: Training) =>
    rows <= mostRows &&
    outputs >= leastOutputs &&
    outputs <= mostOutputs &&
    (!mapOf(map).hasKernel || outputs <= mostKernelOutputs);

const withBase = (base: Base, some: readonly Training[]): Machine[] =>
  some.flatMap(({ loss, solver, penalties }) =>
    (penalties.length === 0 ? [undefined] : penalties).map((c) => ({
      ...base,
      ...{ loss, solver },
      ...(c !== undefined && { c }),
    })),
  );
