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
  /** The edge with which to go on; nothing when IB has no more. */
  readonly next?: number;
}

/**
 * Cuts what IB sent where a second ends, so that the next page neither repeats a tick nor leaves one out: all that is
 * told of a tick's time is its second, and IB may have stopped within one. At most `count` ticks, unless a single second
 * has more.
 * @param sent oldest first; at least `count` when IB has so many
 */
export function tickPage<Tick extends { readonly time?: number }>(
  sent: readonly Tick[],
  { edge, forward, count }: TickWish,
): TickPage<Tick> {
  const at = (tick: Tick | undefined): number => tick?.time ?? 0;
  const inside = sent.filter((tick) => (forward ? at(tick) >= edge : at(tick) < edge));
  if (sent.length < count || inside.length === 0) return { ticks: inside };
  const farthest = at(forward ? inside.at(-1) : inside[0]);
  const whole = inside.filter((tick) => at(tick) !== farthest);
  if (whole.length === 0) return { ticks: inside, next: forward ? farthest + 1 : farthest };
  return { ticks: whole, next: forward ? farthest : at(whole[0]) };
}
