import {
  type NumberType,
  type Simd,
  SimdMemoryError,
  SimdUnavailableError,
} from '@kernel-methods/simd';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type {
  backend_util,
  DataType,
  Rank,
  TensorBuffer,
  TensorInfo,
  TypedArray,
} from '@tensorflow/tfjs-core';
import { buffer, util } from '@tensorflow/tfjs-core';
import { Block, isNumeric } from './block.ts';

type DataId = TensorInfo['dataId'];
type Values = backend_util.BackendValues;

/** A tensor that a kernel makes: what tfjs receives, and where the numbers go. */
export interface Output {
  info: TensorInfo;
  pointer: number;
}

let nextId = 0;

/**
 * tfjs's CPU backend with its tensors in simd's memory. tfjs's own kernels see views of that memory; what they return
 * stays an ordinary array until a kernel of simd needs it.
 */
export class SimdBackend extends MathBackendCPU {
  readonly simd: Simd;
  readonly #blocks = new Set<Block>();

  /**
   * @throws SimdUnavailableError if `simd` runs without WebAssembly; tfjs's own cpu backend is
   * faster then.
   */
  constructor(simd: Simd) {
    if (simd.variant === 'javascript') {
      throw simd.unavailable ?? new SimdUnavailableError('The backend needs WebAssembly.');
    }
    super();
    this.simd = simd;
  }

  /** Copies the array, so that later changes by the caller do not change the tensor. */
  override write(values: Values, _shape: number[], dtype: DataType): DataId {
    const dataId = { id: nextId++ };
    this.#store(dataId, values, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: Values,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.#store(dataId, values, dtype, refCount);
  }

  /** tfjs's own kernels call this for their outputs. */
  override makeTensorInfo(
    shape: number[],
    dtype: DataType,
    values?: Values | string[],
  ): TensorInfo {
    if (dtype === 'string' && typeof values?.[0] === 'string') {
      return this.makeTensorInfo(
        shape,
        dtype,
        (values as string[]).map((text) => util.encodeString(text)),
      );
    }
    // Some kernels return the values of an input: a view of memory that the input may free.
    if (ArrayBuffer.isView(values) && values.buffer === this.simd.buffer) {
      return { dataId: this.write(values, shape, dtype), shape, dtype };
    }
    const dataId = { id: nextId++ };
    this.data.set(dataId, { values: values as Values, dtype, refCount: 1 });
    return { dataId, shape, dtype };
  }

  /** A new tensor, which a kernel of simd fills. */
  output(shape: number[], dtype: NumberType): Output {
    const block = this.#allocate(util.sizeFromShape(shape), dtype, 1);
    const dataId = { id: nextId++ };
    this.data.set(dataId, block);
    return { info: { dataId, shape, dtype }, pointer: block.pointer };
  }

  /**
   * The numbers of a tensor in simd's memory. If one of tfjs's own kernels made them, they are
   * moved there now.
   */
  block({ dataId }: TensorInfo): Block {
    const data = this.data.get(dataId);
    if (data instanceof Block) return data;
    this.data.delete(dataId); // otherwise it would count twice
    this.#store(dataId, data.values!, data.dtype, data.refCount);
    return this.data.get(dataId) as unknown as Block;
  }

  pointer(info: TensorInfo): number {
    return this.block(info).pointer;
  }

  /**
   * Whether a tensor's numbers are of the type that it states. tfjs's own kernels may return int32
   * numbers as a float32 tensor.
   */
  holds(info: TensorInfo, dtype: NumberType): boolean {
    return info.dtype === dtype && this.data.get(info.dataId).dtype === dtype;
  }

  /** Another tensor with the same numbers. */
  share(info: TensorInfo, shape = info.shape): TensorInfo {
    this.incRef(info.dataId);
    return { dataId: info.dataId, shape, dtype: info.dtype };
  }

  /** Memory for the duration of one kernel. The caller frees it. */
  temporary(numbers: number): number {
    return this.#roomFor(() => this.simd.alloc(4 * numbers));
  }

  override readSync(dataId: DataId): Values {
    if (this.data.get(dataId).dtype === 'complex64') return super.readSync(dataId);
    const { values, dtype } = this.data.get(dataId);
    const typed = util.convertBackendValuesAndArrayBuffer(values!, dtype);
    return typed === values ? typed.slice() : typed;
  }

  /** For kernels only: it returns a view, not a copy. */
  override bufferSync<R extends Rank, D extends DataType>(t: TensorInfo): TensorBuffer<R, D> {
    if (!isNumeric(t.dtype)) return super.bufferSync(t);
    const { values, dtype } = this.data.get(t.dataId);
    const typed =
      values instanceof Uint8Array
        ? values
        : util.convertBackendValuesAndArrayBuffer(values!, dtype);
    return buffer(t.shape as never, t.dtype, typed as TypedArray) as TensorBuffer<R, D>;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const data = this.data.get(dataId);
    const gone = super.disposeData(dataId, force);
    // If it is not among the blocks, it was freed with the backend.
    if (gone && data instanceof Block && this.#blocks.delete(data)) data.free();
    return gone;
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: false, reasons: [] };
  }

  /** Frees every tensor. The memory itself and the workers are shared with the rest of this thread. */
  override dispose(): void {
    for (const block of this.#blocks) block.free();
    this.#blocks.clear();
  }

  #store(dataId: DataId, values: Values, dtype: DataType, refCount: number): void {
    if (!isNumeric(dtype)) {
      this.data.set(dataId, { values, dtype, refCount });
      return;
    }
    const block = this.#allocate(values.length, dtype, refCount);
    this.data.set(dataId, block.set(values as TypedArray));
  }

  #allocate(length: number, dtype: NumberType, refCount: number): Block {
    const block = this.#roomFor(() => new Block(this.simd, length, dtype, refCount));
    this.#blocks.add(block);
    return block;
  }

  /** Frees the packed copies if memory runs out, and tries again. */
  #roomFor<T>(allocate: () => T): T {
    try {
      return allocate();
    } catch (error) {
      if (!(error instanceof SimdMemoryError)) throw error;
      for (const block of this.#blocks) block.unpack();
      return allocate();
    }
  }
}
