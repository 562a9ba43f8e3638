export async function serveCommand(_: never): Promise<number> {
  return 1;
}
