import type { Job } from '../comparison/job.ts';

/** Equal for the seeds and repeats of one variant. */
export function variantKey({ system, variant }: Pick<Job, 'system' | 'variant'>): string {
  return `${system}, ${variant}`;
}
