/** What is wrong with a saved model, where it is no model, damaged, or another class's. */
export class SavedModelError extends Error {
  override name = 'SavedModelError';
}
