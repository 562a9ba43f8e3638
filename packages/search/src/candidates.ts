import { createRandom } from '@kernel-methods/random';
import { keyOf, type Machine } from './machine.ts';
import {
  type KernelName,
  kernels,
  type MapName,
  mapOf,
  maps,
  shares,
  sparseTrainings,
  type Training,
  trainings,
} from './parts.ts';

/** What decides which machines make sense. */
export interface Kind {
  readonly task: 'classification' | 'regression';
  readonly rows: number;
  /** Classes; 1 for numbers. */
  readonly outputs: number;
  /** Whether the coded rows are sparse, as texts are. */
  readonly isSparse: boolean;
  readonly seed: number;
}

/**
 * The machines to try: the ones that are good on most tables first, the others in an order drawn
 * from the seed, so that any number of them covers kernels, scales, losses and penalties.
 */
export function candidatesFor(kind: Kind): Machine[] {
  const all = kind.isSparse ? sparse(kind) : dense(kind);
  const first = firstOf(all);
  const known = new Set(first.map(keyOf));
  const rest = all.filter((machine) => !known.has(keyOf(machine)));
  const order = createRandom(kind.seed).permutation(rest.length);
  return [...first, ...Array.from(order, (i) => rest[i])];
}

/** A linear machine, to compare with: the simplest that the task has. */
export function linearFor({ task, isSparse }: Pick<Kind, 'task' | 'isSparse'>): Machine {
  const { loss, solver, penalties } = (isSparse ? sparseTrainings : trainings)[task][0];
  const c = penalties[penalties.length >> 1];
  return { map: 'identity', loss, solver, ...(c !== undefined && { c }) };
}

function dense(kind: Kind): Machine[] {
  return mapsFor(kind).flatMap((map) => {
    const { firstLossOnly } = mapOf(map);
    const some = trainings[kind.task].filter(suits(kind));
    return withMap(map, firstLossOnly ? some.slice(0, 1) : some);
  });
}

/** Machines on the terms themselves, and random features of them with least squares. */
function sparse(kind: Kind): Machine[] {
  return mapsFor(kind)
    .filter((map) => mapOf(map).takesSparse)
    .flatMap((map) => {
      const { hasKernel } = mapOf(map);
      const some = (hasKernel ? trainings : sparseTrainings)[kind.task].filter(suits(kind));
      return withMap(map, hasKernel ? some.slice(0, 1) : some);
    })
    .sort((a, b) => Number(mapOf(a.map).hasKernel) - Number(mapOf(b.map).hasKernel));
}

const mapsFor = ({ rows }: Kind) =>
  (Object.keys(maps) as MapName[]).filter((map) => rows >= (mapOf(map).leastRows ?? 0));

const suits =
  ({ rows, outputs }: Kind) =>
  ({ mostRows = Infinity, mostOutputs = Infinity }: Training) =>
    rows <= mostRows && outputs <= mostOutputs;

function withMap(map: MapName, some: readonly Training[]): Machine[] {
  const bases: Pick<Machine, 'map' | 'kernel' | 'share'>[] = mapOf(map).hasKernel
    ? (Object.keys(kernels) as KernelName[]).flatMap((kernel) =>
        shares.map((share) => ({ map, kernel, share })),
      )
    : [{ map }];
  return bases.flatMap((base) =>
    some.flatMap(({ loss, solver, penalties }) =>
      (penalties.length === 0 ? [undefined] : penalties).map((c) => ({
        ...base,
        ...{ loss, solver },
        ...(c !== undefined && { c }),
      })),
    ),
  );
}

/** Of each map the first kernel and loss, at the median distance; then the linear ones. */
function firstOf(all: readonly Machine[]): Machine[] {
  const [{ map }] = all;
  const typical = all.filter((one) => one.map === map && (one.share ?? 1) === 1);
  const kernelsFirst = typical.filter(({ loss }) => loss === typical[0].loss);
  const linear = all.filter((one) => one.map === 'identity' && !typical.includes(one)).slice(0, 1);
  return [...kernelsFirst, ...linear];
}
