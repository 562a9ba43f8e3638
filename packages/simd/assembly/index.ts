// Every export is a kernel: name(args, part, parts). See ../INTERNALS.md.
export { add } from './add';
export { axpy64 } from './axpy64';
export { cosine } from './cosine';
export { gemm, packA } from './gemm';
export { gemmBatch } from './gemm-batch';
export { addTo64, gram, mirror } from './gram';
export { hadamard } from './hadamard';
export { finishProduct, narrowTransposed, transpose } from './narrow';
export { packB } from './pack';
export { rowsProduct, rowsTransposedProduct } from './rows-product';
export { adam, descend } from './steps';
// Element-wise operations, reductions and moves, for the tfjs backend.
export { binary } from './binary';
export { compare } from './compare';
export { convert, select } from './convert';
export { copyRows, fill, gather, permute, segmentSum } from './move';
export { patches, unpatch } from './patches';
export { patchResponses } from './patch-responses';
export { maxPool, maxPoolGrad } from './pooling';
export { reduce, reducePieces } from './reduce';
export { argExtreme, softmax } from './rows';
export { unary } from './unary';
export { gemm64 } from './f64-gemm';
export { copyRows64, maxAbs64, transpose64, triangle64 } from './f64-move';
export { packB64 } from './f64-pack';
export { gemv64, reflectPanel64, tridiagonalReflect64, tridiagonalUpdate64 } from './f64-reflect';
export { jacobi64, rotate64 } from './f64-rotate';
export { cholesky64, triangular64 } from './f64-triangle';
