export { type BackendName, describeOnBackends } from './backends.ts';
export { maxAbsDifference, maxRelativeDifference } from './closeness.ts';
export { finiteDifference } from './finite-differences.ts';
export { expectNoLeak } from './leaks.ts';
