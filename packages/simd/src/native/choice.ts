import { oneOf } from '@kernel-methods/check';
import { platform } from '../platform/current.ts';
import type { NativeAddon } from './addon.ts';

/** Which engine may run the kernels: `auto` takes the native one where it is installed and loads. */
export type EngineChoice = 'auto' | 'native' | 'wasm';

/** What kernels are called with: the native engine must be of the same version. */
const CONTRACT = 3;

/** The environment variable that is the default of `engine`. */
const VARIABLE = 'KERNEL_METHODS_ENGINE';

const choices = ['auto', 'native', 'wasm'] as const;

/** The environment variable by which the native engine forbids better instructions than it names. */
const INSTRUCTIONS = 'KERNEL_METHODS_INSTRUCTIONS';

const instructions = ['avx512', 'avx2', 'baseline'] as const;

/**
 * The native engine's addon if it is to run, and why it does or does not.
 *
 * @param choice the option. Default: what the environment says, else `fallback`.
 * @throws RangeError if it is no engine, or the environment names unknown instructions; Error if it must be native, and cannot be.
 */
export function chooseNative(
  choice: EngineChoice | undefined,
  fallback: EngineChoice,
): { addon?: NativeAddon; why: string } {
  if (choice !== undefined) oneOf('engine', choice, choices);
  const variable = platform().environment?.(VARIABLE) || undefined;
  if (variable !== undefined) oneOf(VARIABLE, variable, choices);
  const most = platform().environment?.(INSTRUCTIONS) || undefined;
  if (most !== undefined) oneOf(INSTRUCTIONS, most, instructions);
  const asked = choice ?? (variable as EngineChoice | undefined) ?? fallback;
  const by = choice ? '`engine`' : variable ? VARIABLE : 'another option';
  if (asked === 'wasm') return { why: `asked for by ${by}` };
  try {
    const addon = nativeAddon();
    return { addon, why: `@kernel-methods/native, ${addon.instructions()}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (asked !== 'native') return { why: `no native engine: ${reason}` };
    const message = `The native engine is asked for by ${by} and cannot run: ${reason}`;
    throw new Error(message, { cause: error });
  }
}

function nativeAddon(): NativeAddon {
  const { loadNative } = platform();
  if (!loadNative) throw new Error('there is none for browsers');
  const addon = loadNative();
  if (addon.contract() !== CONTRACT) {
    throw new Error('@kernel-methods/native is of another version than @kernel-methods/simd');
  }
  return addon;
}
