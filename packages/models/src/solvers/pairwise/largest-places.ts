/** The places of the largest numbers of a part of a list, in descending order; of equal ones the first. */
export function largestPlaces(
  values: ArrayLike<number>,
  start: number,
  length: number,
  count: number,
): number[] {
  const places: number[] = [];
  for (let i = 0; i < length; i++) {
    const value = values[start + i];
    if (places.length === count && !(value > values[start + places[count - 1]])) continue;
    let at = Math.min(places.length, count - 1);
    for (; at > 0 && value > values[start + places[at - 1]]; at--) places[at] = places[at - 1];
    places[at] = i;
  }
  return places;
}
