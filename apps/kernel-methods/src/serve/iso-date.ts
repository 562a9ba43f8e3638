/** A day, or a day and a time, as ISO 8601 writes them: what the service takes, and what it says that it takes. */
export const isoDate =
  '^\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2})?)?$';

const written = new RegExp(isoDate);

/** The date that a text writes; without a zone it is UTC, as in files. Undefined if it is none. */
export function readDate(text: string): Date | undefined {
  if (!written.test(text)) return undefined;
  const day = text.slice(0, 10);
  const time = text.slice(11);
  // JavaScript takes a time without a zone for that of the machine.
  const zoned = time === '' || /(?:Z|[+-]\d{2}:\d{2})$/.test(time) ? time : `${time}Z`;
  const date = new Date(zoned === '' ? day : `${day}T${zoned}`);
  return isDay(day) && !Number.isNaN(date.getTime()) ? date : undefined;
}

/** JavaScript takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
