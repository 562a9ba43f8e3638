import type { LossName } from '@kernel-methods/losses';
import type { SearchParams, SolverName } from '@kernel-methods/models';
import type { layers } from '@tensorflow/tfjs-layers';
import {
  earlySolvers,
  type KernelName,
  kernels,
  type MapName,
  mapOf,
  reachingLosses,
} from './parts.ts';

/** A candidate, as plain data: it can be saved, compared and written as a program. */
export interface Machine {
  readonly map: MapName;
  /** Absent for a map without one. */
  readonly kernel?: KernelName;
  /** The kernel's length scale as a part of the median distance between rows. */
  readonly share?: number;
  readonly loss: LossName;
  readonly solver: SolverName;
  /**
   * scikit-learn's C for features whose rows have length 1, as those of a kernel do; absent where the
   * solver finds the penalty by itself.
   */
  readonly c?: number;
}

/** What maps the rows of a machine. */
export type Base = Pick<Machine, 'map' | 'kernel' | 'share'>;

/** A machine with all of its numbers: what `KernelModel` is made of. */
export interface Settings {
  readonly map: MapName;
  readonly kernel?: { readonly name: KernelName; readonly scale: number };
  readonly outputDim?: number;
  readonly loss: LossName;
  /** Where the loss becomes linear, in the target's unit; absent for most. */
  readonly reach?: number;
  readonly solver: SolverName;
  /** Where the solver ends; absent where it is its own. */
  readonly tolerance?: number;
  readonly l2?: number;
  readonly seed: number;
}

/** On what a machine is trained, as far as its numbers depend on it. */
export interface Ground {
  /** Rows to train on, of the smallest fold. */
  readonly rows: number;
  /** Outputs of the model, by the loss. */
  outputs(loss: LossName): number;
  /** The most features. */
  readonly most: number;
  /** The standard deviation of the numbers to predict; 1 for classes. */
  readonly spread: number;
  /** The median distance between rows, as each kernel measures it. */
  readonly medians: Readonly<Partial<Record<KernelName, number>>>;
  readonly seed: number;
}

/** The same machine has the same key. */
export const keyOf = ({ map, kernel, share, loss, solver, c }: Machine): string =>
  [map, kernel, share, loss, solver, c].map((part) => part ?? '').join(' ');

/** Each of a list once, where it comes first. */
export function distinctBy<T>(key: (one: T) => string, list: readonly T[]): T[] {
  const keys = list.map(key);
  return list.filter((_, i) => keys.indexOf(keys[i]) === i);
}

/** Machines with the same base share their features. */
export const baseKeyOf = ({ map, kernel, share }: Base): string => `${map} ${kernel} ${share}`;

/** Machines with the same training differ in what maps their rows, and in the penalty. */
export const trainingKeyOf = ({ loss, solver }: Pick<Machine, 'loss' | 'solver'>): string =>
  `${loss} ${solver}`;

/** About what is left of the spread when a model has explained most of it. */
const REACH = 0.5;

/** The numbers of a machine on some rows. */
export function settingsOf(
  machine: Machine,
  { rows, outputs, most, medians, spread, seed }: Ground,
): Settings {
  const { map, kernel, share = 1, loss, solver, c } = machine;
  const { hasKernel, learnsFromRows } = mapOf(map);
  // The rows of another division may be some fewer.
  const outputDim = learnsFromRows ? Math.max(1, Math.min(most, Math.floor(0.98 * rows))) : most;
  return {
    map,
    ...(hasKernel && {
      kernel: { name: kernel!, scale: share * (medians[kernel!] ?? 1) },
      outputDim,
    }),
    loss,
    ...(reachingLosses[loss] && { reach: REACH * spread }),
    solver,
    ...(earlySolvers[solver] && { tolerance: earlySolvers[solver].tolerance }),
    ...(c !== undefined && {
      l2: (hasKernel ? 1 : squaredLength(medians)) / (c * rows * outputs(loss)),
    }),
    seed,
  };
}

/** Of the rows about their mean: the squared distance of two rows is twice that. */
const squaredLength = ({ gaussian = Math.SQRT2 }: Ground['medians']) => gaussian ** 2 / 2;

/** The layer that maps rows to features. */
export function layerOf({ map, kernel, outputDim = 1, seed }: Settings): layers.Layer {
  return mapOf(map).make({
    outputDim,
    seed,
    ...(kernel && { kernel: kernels[kernel.name]({ scale: kernel.scale }) }),
  });
}

/** The options of `KernelModel`. */
export function paramsOf(settings: Settings, features = layerOf(settings)): SearchParams {
  const { loss, reach, solver, tolerance, l2, seed } = settings;
  return {
    ...{ features, seed, l2 },
    loss: reach === undefined ? loss : (reachingLosses[loss]?.(reach) ?? loss),
    solver: tolerance === undefined ? solver : (earlySolvers[solver]?.make(tolerance) ?? solver),
  };
}
