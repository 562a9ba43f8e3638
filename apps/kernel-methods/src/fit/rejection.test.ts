import '@kernel-methods/backend-simd';
import { KernelModel } from '@kernel-methods/models';
import { Table } from '@kernel-methods/tables';
import { expect, it } from 'vitest';
import { RejectionExam } from './rejection.ts';

const rowsOf = (kinds: readonly string[]) =>
  Table.fromRows(
    Array.from({ length: 60 }, (_, i) => ({
      size: kinds.indexOf(kinds[i % kinds.length]) * 3 + Math.sin(i),
      kind: kinds[i % kinds.length],
    })),
  ) as Table;

it('passes over folds of classes that were not trained on, and says so if there are no others', async () => {
  const train = rowsOf(['a', 'b']);
  const model = new KernelModel<string>({ loss: 'hinge', outputDim: 16, scale: 1 });
  await model.fit(train, 'kind');
  const exam = new RejectionExam({ target: 'kind' }, 'energy');
  const add = async (test: Table) =>
    exam.add(model as KernelModel, train, test, (await model.predict(test)) as string[]);
  await add(rowsOf(['c', 'd']));
  await expect(exam.finish(model as KernelModel, train, { kept: 0.9 })).rejects.toThrow(
    '`--reject` must have folds with classes that others have too',
  );
  await add(rowsOf(['a', 'c']));
  const { kept, right } = await exam.finish(model as KernelModel, train, { kept: 0.9 });
  expect(kept).toBeGreaterThanOrEqual(0.9);
  expect(right).toBe(1);
  model.dispose();
});
