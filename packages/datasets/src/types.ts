/** Typed arrays of plain numbers. */
export type NumberArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Numbers with a shape, row-major; the first axis is rows. */
export interface DataMatrix<T extends NumberArray = Float32Array> {
  data: T;
  shape: number[];
}

/** Rows with a label each: a class, a number, or anything else. */
export interface LabelledData {
  x: DataMatrix<NumberArray>;
  y: NumberArray | readonly unknown[];
}

/** Rows with a class each: `classNames[y[i]]` is the name of row i's class. */
export interface ClassData<T extends NumberArray = Float32Array> {
  x: DataMatrix<T>;
  y: Uint8Array;
  classNames: string[];
}

/** Images as bytes 0 … 255, shape [rows, height, width]. */
export type ImageDataset = ClassData<Uint8Array>;

/** Rows with a number each. */
export interface RegressionData {
  x: DataMatrix;
  y: Float32Array;
}
