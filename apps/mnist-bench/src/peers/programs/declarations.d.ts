// What we use of it: the package has no types.
declare module 'ml-svm' {
  export default class SVM {
    constructor(options: {
      C: number;
      kernel: 'rbf';
      kernelOptions: { sigma: number };
      whitening: boolean;
      maxIterations: number;
      random(): number;
    });
    /** Labels are -1 and 1. */
    train(x: number[][], labels: number[]): void;
    margin(x: number[][]): number[];
  }
}
