/** Thrown if a saved model is not a model, is damaged, or belongs to another class. */
export class SavedModelError extends Error {
  override name = 'SavedModelError';
}

/** Turns an error while reading a file into an error of the file. */
export function asSavedModelError(error: unknown): SavedModelError {
  if (error instanceof SavedModelError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SavedModelError(
    `The saved model must hold what this version, and what is imported, can read. Received: ${message}`,
    { cause: error },
  );
}
