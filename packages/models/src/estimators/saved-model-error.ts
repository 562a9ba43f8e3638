/** What is wrong with a saved model, where it is no model, damaged, or another class's. */
export class SavedModelError extends Error {
  override name = 'SavedModelError';
}

/** Whatever goes wrong in what a file says is the file's fault. */
export function asSavedModelError(error: unknown): SavedModelError {
  if (error instanceof SavedModelError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SavedModelError(
    `The saved model must hold what this version, and what is imported, can read. Received: ${message}`,
    { cause: error },
  );
}
