import { describeSolvers } from '../fixtures/describe-solvers.ts';
import { solverByName } from '../solvers/solver-by-name.ts';

// The half of `estimators.test.ts` that takes longest.
describeSolvers(
  [
    solverByName('direct', {}),
    solverByName('newton', { tolerance: 1e-6 }),
    solverByName('smo', { tolerance: 1e-6 }),
    solverByName('dual', { tolerance: 3e-5, maxPasses: 5000 }),
  ].map((solver) => ({ solver })),
  true,
);
