export async function explainCommand(_: never): Promise<number> {
  return 1;
}
