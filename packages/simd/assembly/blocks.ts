// Sizes of blocks. scripts/build-wasm.js writes them to src/wasm/tables.ts, where TypeScript reads them.
//
// Matrix products use BLIS's names: a micro-kernel computes MR×NR numbers of the product, A is packed MC rows and B
// NC columns at a time, and both are packed KC steps of k deep.

// float32: `gemm`, `gram`.

/** Rows in a panel of A: 6·NR sums, two vectors of B and one of A fill the 15 registers that V8 gives. */
export const MR: i32 = 6;
/** Columns in a panel of B: 8, and 16 in the wide build (scripts/build-wasm.js). */
// @ts-ignore: decorator
export const NR: i32 = PANEL_COLUMNS;
/** A panel of B (832·8·4 bytes) stays in the first cache while A's panels pass it; the wide build's in the second. */
export const KC: i32 = 832;
/** 96·832·4 bytes of A stay in the second cache. */
export const MC: i32 = 96;
/** A product with at most this many rows, a multiple of MR, packs all of them at once, and each part packs B itself. */
export const MC_SMALL: i32 = 264;
/** 832·128·4 bytes of B stay in the second cache, where each part packs B itself. */
export const NC: i32 = 128;
/** Rows and columns of a block of `gram`, whole panels of both: 192·832·4 bytes stay in the second cache. */
export const GRAM_NC: i32 = 192;
/** The bytes of a tile of the product that is kept aside at an edge, and of the biases of one row behind it. */
export const TILE_BYTES: i32 = 512;

// float32: products with a short side, and a linear model over picked rows.

/** Features in a block: what is read repeatedly (512·4 bytes per row or unit) stays in the first cache. */
export const FEATURE_BLOCK: i32 = 512;
/** Bytes from one unit to the next in a block; no power of two, so that units do not meet in one set of the cache. */
export const UNIT_BYTES: i32 = FEATURE_BLOCK * 4 + 64;
/** `patchResponses` computes this many pixels at a time. */
export const PATCH_PIXELS: i32 = 4;

// float64: `gemm64`, `triangular64`.

/** Rows in a panel of A, and columns in a panel of B. */
export const MR64: i32 = 4;
/** A panel of B and one of A (16 KiB each) stay in the first cache together. */
export const KC64: i32 = 512;
/** 64·512·8 bytes of A stay in the second cache. */
export const MC64: i32 = 64;
/** The largest triangle that `triangular64` and `cholesky64` take: 64·64·8 bytes stay in the first cache. */
export const TRIANGLE64: i32 = 64;
