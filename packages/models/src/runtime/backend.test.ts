import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('says what to import where no tfjs backend is registered', () => {
  const program = `
    import { KernelSVM } from '@kernel-methods/models';
    await new KernelSVM().fit([[0], [1]], ['a', 'b']).catch((error) => process.stdout.write(error.message));
  `;
  const output = execFileSync(
    process.execPath,
    ['--conditions=@kernel-methods/source', '--input-type=module', '--eval', program],
    { cwd: `${import.meta.dirname}/../../../../apps/mnist-bench`, encoding: 'utf8' },
  );
  expect(output).toContain('No TensorFlow.js backend is registered. Import one');
  expect(output).toContain("import '@tensorflow/tfjs-backend-wasm'");
});
