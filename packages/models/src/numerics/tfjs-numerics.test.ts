import { describeOnBackends } from '@kernel-methods/test-utils';
import { describeNumerics } from './fixtures/numerics-contract.ts';
import { tfjsNumerics } from './tfjs-numerics.ts';

describeOnBackends('tfjs numerics', (backend) => {
  describeNumerics(`on ${backend}`, () => tfjsNumerics());
});
