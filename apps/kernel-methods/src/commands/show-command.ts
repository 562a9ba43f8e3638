export async function showCommand(_: never): Promise<number> {
  return 1;
}
