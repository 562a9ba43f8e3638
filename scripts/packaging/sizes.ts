/** The most that a packed package may weigh, in kB (1000 bytes), where it is not the usual. */
const limits: Record<string, number> = {
  // Three builds of its kernels and one in plain JavaScript, each as a source and built.
  '@kernel-methods/simd': 380,
  // Many short files, each as a source and built.
  '@kernel-methods/features': 160,
  '@kernel-methods/models': 740,
  '@kernel-methods/distributed': 75,
  '@kernel-methods/tables': 200,
  // A bundle of the app and of the private packages.
  '@kernel-methods/command': 105,
};
const usual = 60;

export function sizeLimit(name: string): number {
  return limits[name] ?? usual;
}
