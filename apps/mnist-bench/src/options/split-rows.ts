/** How many rows train and how many validate: the last fraction validates, as in Keras. */
export function splitRows(rows: number, validationSplit: number) {
  const train = Math.floor(rows * (1 - validationSplit));
  return { train, validation: rows - train };
}
