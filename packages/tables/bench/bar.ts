/** Something that must hold of what was measured. */
export interface Bar {
  readonly row: string;
  readonly name: string;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly met: boolean;
}
