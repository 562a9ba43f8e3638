/** What was made last, by what it was made for. */
export interface KeptLast<T> {
  /** The same as before for the same key, otherwise made anew. What fails is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T>;
  forget(): void;
}

/** Keeps one thing, such as a file that was read, for those who ask for the same again. */
export function keepLast<T>(): KeptLast<T> {
  let kept: { readonly key: string; readonly made: Promise<T> } | undefined;
  return {
    get(key, make) {
      if (kept?.key === key) return kept.made;
      const own = { key, made: make() };
      kept = own;
      own.made.catch(() => {
        if (kept === own) kept = undefined;
      });
      return own.made;
    },
    forget() {
      kept = undefined;
    },
  };
}
