import { classification } from './classification.ts';
import { regression } from './regression.ts';
import type { Task } from './task.ts';

const tasks = { classification, regression } as const;

/** The name of a task of this package. */
export type TaskName = keyof typeof tasks;

export const taskNames = Object.keys(tasks) as TaskName[];

/** The task, given by its name or as an object. */
export const taskFor = (task: TaskName | Task): Task =>
  typeof task === 'string' ? tasks[task] : task;

export const isTaskName = (value: unknown): value is TaskName =>
  typeof value === 'string' && Object.hasOwn(tasks, value);

/** Whether a value has all members of a task. */
export function isTask(value: unknown): value is Task {
  const task = value as Partial<Task> | null | undefined;
  return (
    typeof task === 'object' &&
    typeof task?.name === 'string' &&
    (['encode', 'code', 'decide', 'decode', 'evaluate'] as const).every(
      (method) => typeof task[method] === 'function',
    )
  );
}
