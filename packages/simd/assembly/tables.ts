// What TypeScript must know of the kernels. scripts/build-wasm.js compiles this file alone and writes what it
// exports to src/wasm/tables.ts.
export {
  FEATURE_BLOCK, GRAM_NC, KC, KC64, MC, MC64, MC_SMALL, MR, MR64, NC, PATCH_PIXELS, TILE_BYTES, TRIANGLE64, UNIT_BYTES,
} from './blocks';
export {
  BinaryOperation, Comparison, Epilogue, FeatureType, NumberType, Reduction, TriangleMode, UnaryOperation,
} from './operations';
