/** The command line asks for something unknown or impossible: one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
