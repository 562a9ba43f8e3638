export async function evaluateCommand(_: never): Promise<number> {
  return 1;
}
