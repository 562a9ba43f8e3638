export {
  arrayOf,
  finiteValues,
  lengthOf,
  type TypedArray,
  typedArray,
} from './arrays.ts';
export { didYouMean, nearest } from './did-you-mean.ts';
export { checkThat, rangeError, typeError } from './errors.ts';
export {
  finite,
  fraction,
  integerBetween,
  nonNegativeFinite,
  nonNegativeInteger,
  optional,
  positiveFinite,
  positiveFloat32,
  positiveInteger,
  seed,
} from './numbers.ts';
export { knownOptions, oneOf, unknownKey } from './options.ts';
export { kindOf, type Quote, shown } from './shown.ts';
export { abortSignal, boolean, functionArgument, object } from './types.ts';
