/** What a command runs with. */
export interface Asked<Settings = Readonly<Record<string, unknown>>> {
  /** Its arguments that are no options. */
  readonly places: readonly string[];
  readonly settings: Settings;
}
