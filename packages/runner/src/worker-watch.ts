import { withoutPassword } from './options/rules.ts';

/** After so long without a worker, that is said. */
const PATIENCE_MS = 3000;

interface Watched {
  /** The Redis where workers should listen. */
  readonly url: string;
  /** How one is started there, up to the URL: `npx kernel-methods-worker --redis`. */
  readonly start: string;
  /** What follows the URL. */
  readonly rest?: string;
  note(text: string): void;
}

/**
 * Hears how many workers there are, and says once how to start one if there was none for some seconds.
 * The URL is shown without its password.
 */
export function workerWatch(
  { url, start, rest = '', note }: Watched,
  now: () => number = () => performance.now(),
): (workers: number) => void {
  const shown = withoutPassword(url);
  const since = now();
  let isOver = false;
  return (workers) => {
    if (isOver || (workers === 0 && now() - since <= PATIENCE_MS)) return;
    isOver = true;
    if (workers > 0) return;
    note(`No worker listens at ${shown}; start one with: ${start} ${shown}${rest && ` ${rest}`}`);
  };
}
