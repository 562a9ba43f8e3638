/** Where a key occurs more than once the last record holds: the run was made again. */
export function latest<R extends { readonly key: string }>(records: readonly R[]): R[] {
  return [...new Map(records.map((record) => [record.key, record])).values()];
}
