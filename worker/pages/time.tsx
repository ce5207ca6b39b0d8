/** A moment: in UTC for browsers without scripts, in the reader's own zone with them. @param at ISO 8601, or milliseconds since the epoch */
export function Time({ at, day }: { at: string | number; day?: boolean }) {
  const utc = new Date(at).toISOString();
  return (
    <time datetime={utc} data-day={day ? '' : undefined}>
      {day ? utc.slice(0, 10) : `${utc.slice(0, 16).replace('T', ' ')} UTC`}
    </time>
  );
}
