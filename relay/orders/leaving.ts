/** Until when something may be written, as it was when that was decided. */
export interface LeaveBy {
  /** The last moment on each of this machine's own clocks, milliseconds: both must still be before theirs. */
  readonly monotonic: number;
  readonly wall: number;
  /** The clocks at the last heartbeat: when they have gone apart by more than `apart` since, the machine slept. */
  readonly heartbeat: LocalClocks;
  readonly apart: number;
}

/** The two clocks of this machine, milliseconds. */
export interface LocalClocks {
  /** Never set. */
  readonly monotonic: number;
  /** Since the epoch. */
  readonly wall: number;
}

/** Asked immediately before the first byte of a new order or a change leaves. */
export function mayStillLeave(leave: LeaveBy, now: LocalClocks): boolean {
  return now.monotonic <= leave.monotonic && now.wall <= leave.wall && !slept(leave.heartbeat, now, leave.apart);
}

/** Whether the two clocks went apart: one of them stood still, or somebody set the other. */
export function slept(since: LocalClocks, now: LocalClocks, apart: number): boolean {
  return Math.abs(now.wall - since.wall - (now.monotonic - since.monotonic)) > apart;
}
