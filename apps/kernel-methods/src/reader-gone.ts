/** The exit code of a program of the shell whose reader has gone, as in `… | head`: that of SIGPIPE. */
export const GONE = 141;

/** Whether what reads the output has gone. */
export const isReaderGone = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'EPIPE';
