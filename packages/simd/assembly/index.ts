// Every export is a kernel: name(args, part, parts). See ../INTERNALS.md.
export { add } from './add';
export { axpy64 } from './axpy64';
export { cosine } from './cosine';
export { gemm } from './gemm';
export { packB } from './pack';
