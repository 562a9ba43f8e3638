/** Float32 numbers per part: with fewer, waking a worker costs more than it saves. */
export const GRAIN = 32768;
