/** Which ticks are wanted: from a start on, or up to an end. */
export interface TickWish {
  /** The start or the end (exclusive), epoch seconds. */
  readonly edge: number;
  readonly forward: boolean;
  readonly count: number;
}

/** Ticks of whole seconds, oldest first. */
export interface TickPage<Tick> {
  readonly ticks: readonly Tick[];
  /** The edge with which to go on; nothing when IB has no more. The same edge when more than now is to be asked for. */
  readonly next?: number;
}

/**
 * Cuts what IB sent where a second ends, so that the next page neither repeats a tick nor leaves one out: all that is
 * told of a tick's time is its second, and IB may have stopped within one. At most `count` ticks, unless a single second
 * has more.
 * @param sent oldest first; at least as many as asked for when IB has them, and those of an end's own second may be among
 *   them
 * @param asked how many IB was asked for, at least `count`
 */
export function tickPage<Tick extends { readonly time?: number }>(
  sent: readonly Tick[],
  { edge, forward, count }: TickWish,
  asked = count,
): TickPage<Tick> {
  const at = (tick: Tick | undefined): number => tick?.time ?? 0;
  const inside = sent.filter((tick) => (forward ? at(tick) >= edge : at(tick) < edge));
  const mayHaveMore = sent.length >= asked;
  if (inside.length === 0) return mayHaveMore ? { ticks: [], next: edge } : { ticks: [] };
  const farthest = at(forward ? (inside[count - 1] ?? inside.at(-1)) : (inside.at(-count) ?? inside[0]));
  const near = inside.filter((tick) => (forward ? at(tick) <= farthest : at(tick) >= farthest));
  if (!mayHaveMore && near.length === inside.length) return { ticks: inside };
  const whole = near.filter((tick) => at(tick) !== farthest);
  if (whole.length === 0) return { ticks: near, next: forward ? farthest + 1 : farthest };
  return { ticks: whole, next: forward ? farthest : at(whole[0]) };
}
