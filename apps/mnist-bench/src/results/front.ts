/** What a member of the front is judged by. */
export interface Point {
  readonly accuracy: number;
  readonly seconds: number;
}

/**
 * The points that no other dominates: none is as accurate and faster, or as fast and more accurate.
 * Of equal points all are members or none. In the order given.
 */
export function paretoFront<P extends Point>(points: readonly P[]): P[] {
  const members = new Set<P>();
  let best = Number.NEGATIVE_INFINITY;
  let bestSeconds = Number.NaN;
  const sorted = points.toSorted((a, b) => a.seconds - b.seconds || b.accuracy - a.accuracy);
  for (const point of sorted) {
    if (point.accuracy > best) {
      best = point.accuracy;
      bestSeconds = point.seconds;
    } else if (point.accuracy !== best || point.seconds !== bestSeconds) {
      continue;
    }
    members.add(point);
  }
  return points.filter((point) => members.has(point));
}
