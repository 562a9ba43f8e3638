/**
 * An error of the command line, which asks for something unknown or impossible: one line, exit code
 * 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
