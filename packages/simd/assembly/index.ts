// Every export is a kernel: name(args, part, parts). See ../INTERNALS.md.

// Products of float32 matrices.
export { gemm, packA } from './gemm';
export { gemmBatch } from './gemm-batch';
export { addTo64, gram, mirror } from './gram';
export { finishProduct, narrowTransposed, transpose } from './narrow';
export { packB } from './pack';
export { rowsProduct, rowsTransposedProduct } from './rows-product';
// Features and training.
export { cosine } from './cosine';
export { hadamard } from './hadamard';
export { fromHalf, toHalf } from './half';
export { manhattan } from './manhattan';
export { patchResponses } from './patch-responses';
export { dualDescent } from './dual-descent';
export { sparseProduct, sparseTransposedProduct } from './sparse';
export { adam, descend } from './steps';
// Element-wise operations, reductions, moves and images.
export { add } from './add';
export { axpy64 } from './axpy64';
export { binary } from './binary';
export { compare } from './compare';
export { convert, select } from './convert';
export { col2im, im2col } from './im2col';
export { copyRows, fill, gather, permute, segmentSum } from './move';
export { maxPool, maxPoolGrad } from './pooling';
export { reduce, reducePieces } from './reduce';
export { argExtreme, softmax } from './rows';
export { unary } from './unary';
// float64 linear algebra.
export { gemm64 } from './f64-gemm';
export { copyRows64, maxAbs64, transpose64, triangle64 } from './f64-move';
export { packB64 } from './f64-pack';
export { gemv64, reflectPanel64, tridiagonalReflect64, tridiagonalUpdate64 } from './f64-reflect';
export { jacobi64, rotate64 } from './f64-rotate';
export { cholesky64, triangular64 } from './f64-triangle';
