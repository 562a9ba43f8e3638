let loaded: Promise<typeof import('@kernel-methods/tables')> | undefined;

/** The package of tables, loaded when the first table or saved encoder comes. */
export function loadTables(): Promise<typeof import('@kernel-methods/tables')> {
  loaded ??= import('@kernel-methods/tables');
  return loaded;
}
