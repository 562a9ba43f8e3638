import type { FoldFitOptions } from './plan.ts';

type Hook = (this: unknown, ...told: never[]) => unknown;

/**
 * Wraps a hook of the user: an error of the hook is also passed to `fail`, because it ends the
 * selection, unlike a setting that cannot be fitted.
 */
export function guarded<H extends Hook>(hook: H, fail: (error: unknown) => void): H {
  const caught = (error: unknown): never => {
    fail(error);
    throw error;
  };
  return function (this: unknown, ...told: never[]) {
    try {
      const done = hook.apply(this, told);
      return isPromise(done) ? done.then(undefined, caught) : done;
    } catch (error) {
      return caught(error);
    }
  } as H;
}

/** The same options with every hook guarded. */
export function guardedHooks(options: FoldFitOptions, fail: (error: unknown) => void) {
  const { onEpochEnd, callbacks } = options;
  return {
    ...options,
    ...(onEpochEnd && { onEpochEnd: guarded(onEpochEnd, fail) }),
    ...(callbacks && {
      callbacks: callbacks.map((callback) => {
        const hook = (name: keyof typeof callback) => {
          const own = callback[name] as Hook | undefined;
          return own && { [name]: guarded(own.bind(callback), fail) };
        };
        return {
          ...hook('onFitBegin'),
          ...hook('onProgress'),
          ...hook('onEpochEnd'),
          ...hook('onFitEnd'),
        };
      }),
    }),
  };
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Partial<Promise<unknown>> | undefined | null)?.then === 'function';
