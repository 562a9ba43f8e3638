export async function updateCommand(_: never): Promise<number> {
  return 1;
}
