// What we use of it: the package has no types.
declare module 'libsvm-js' {
  interface Constructor {
    new (
      options: Record<string, number | boolean>,
    ): {
      train(x: number[][], y: number[]): void;
      predict(x: number[][]): number[];
    };
    readonly SVM_TYPES: { readonly C_SVC: number };
    readonly KERNEL_TYPES: { readonly RBF: number };
  }
  const loading: Promise<Constructor>;
  export default loading;
}
