import { rangeError } from '@kernel-methods/check';
import type { Task, TaskConfig } from '../tasks/task.ts';
import { type TaskName, taskByName, taskFor } from '../tasks/task-by-name.ts';

const names = ['classification', 'multilabel', 'regression'] as const satisfies TaskName[];

/** The tasks that machines know by name. */
export type FarTaskName = (typeof names)[number];

/** A task as it travels. */
export interface FarTask {
  readonly name: FarTaskName;
  readonly config?: TaskConfig;
}

/** @throws RangeError unless other machines know the task. */
export function farTask(task: TaskName | Task): FarTask {
  const { name, config } = taskFor(task) ?? { name: String(task) };
  const known = names.find((one) => one === name);
  if (known !== undefined) return { name: known, ...(config && { config }) };
  throw rangeError('task', `be one that other machines know, ${names.join(', ')}`, name);
}

/** The task that has travelled. */
export const taskOf = ({ name, config }: FarTask): Task => taskByName(name, config);
