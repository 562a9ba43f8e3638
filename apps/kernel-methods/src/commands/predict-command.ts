export async function predictCommand(_: never): Promise<number> {
  return 1;
}
