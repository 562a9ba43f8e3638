import { describeKernel } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { deserializeKernel, isotropicLaplacian, matern, serializeKernel } from './index.ts';
import { gaussiansOf } from './matern-profile.ts';

function distance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
  return Math.sqrt(sum);
}

/** Half-integer ν have closed forms, 7/2 too, which the code does not know. */
const closed: Record<number, (r: number) => number> = {
  0.5: (r) => Math.exp(-r),
  1.5: (r) => (1 + Math.sqrt(3) * r) * Math.exp(-Math.sqrt(3) * r),
  2.5: (r) => (1 + Math.sqrt(5) * r + (5 / 3) * r * r) * Math.exp(-Math.sqrt(5) * r),
  3.5(r) {
    const s = Math.sqrt(7) * r;
    return (1 + s + (2 / 5) * s * s + s ** 3 / 15) * Math.exp(-s);
  },
};

const shared = {
  save: (kernel: ReturnType<typeof matern>) => JSON.stringify(serializeKernel(kernel)),
  revive: (saved: string) => deserializeKernel(JSON.parse(saved)) as ReturnType<typeof matern>,
  // Several tiles where differences are made; the other form has gaussian's tiles.
  tileShapes: [
    [300, 400, 10],
    [2, 1500, 400],
  ] as const,
};

for (const nu of [0.5, 1.5, 2.5, 3.5]) {
  describeKernel(`matern ${nu}`, {
    create: () => matern({ nu, scale: 1.2 }),
    oracle: (x, y) => closed[nu](distance(x, y) / 1.2),
    ...shared,
  });
}

describeKernel('isotropicLaplacian', {
  create: () => isotropicLaplacian({ scale: 1.2 }),
  oracle: (x, y) => Math.exp(-distance(x, y) / 1.2),
  ...shared,
});

it.each([0.1, 0.25, 0.5, 0.7, 1, 1.5, 2.5, 4.2, 20, 100])(
  'is a sum of gaussians, ν %s, as exact as said',
  (nu) => {
    const nodes = gaussiansOf(nu);
    expect(nodes.length).toBeLessThan(900);
    // Basset's integral by a far finer rule.
    const step = 0.002;
    const sums = [0.001, 0.03, 0.3, 1, 3].map((r) => {
      let [exact, mass] = [0, 0];
      for (let u = Math.log(1e-13) / nu - 2; u < 8; u += step) {
        const density = Math.exp(nu * u - Math.exp(u));
        mass += density;
        exact += density * Math.exp(-(nu / 2) * r * r * Math.exp(-u));
      }
      const ours = nodes.reduce(
        (sum, { weight, rate }) => sum + weight * Math.exp(-rate * r * r),
        0,
      );
      return Math.abs(ours - exact / mass);
    });
    expect(Math.max(...sums)).toBeLessThan(1e-8);
    if (nu in closed) {
      const ours = nodes.reduce((sum, { weight, rate }) => sum + weight * Math.exp(-rate), 0);
      expect(ours).toBeCloseTo(closed[nu](1), 8);
    }
  },
);

it.each([0, -1, 0.05, 101, Number.NaN, '1'])('refuses ν %s', (nu) => {
  expect(() => matern({ nu: nu as number })).toThrow(/^`nu` must be .*Received: /);
});
