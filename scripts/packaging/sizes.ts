/** The most that a packed package may weigh, in kB (1000 bytes), where it is not the usual. */
const limits: Record<string, number> = {
  // Two builds of its kernels, each as a source and built.
  '@kernel-methods/simd': 320,
};
const usual = 100;

export function sizeLimit(name: string): number {
  return limits[name] ?? usual;
}
