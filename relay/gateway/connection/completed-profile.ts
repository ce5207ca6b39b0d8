/**
 * Before server version 177 a completed order carries the name of an allocation profile, which IBKR's own client skips. The
 * library goes by another number there and takes it for the next field, so that all that follow, among them what was filled,
 * are read from the wrong place.
 */

const completedOrderId = '101';
const profilesUntil = 177;
/** Message id, 11 fields of the contract, 16 of the order up to the time in force’s begin, group, method and percentage. */
const profileAt = 31;

/** The fields of a message of IB Gateway without the one that the library does not read. */
export function withoutProfile(tokens: readonly string[], serverVersion: number): readonly string[] {
  if (tokens[0] !== completedOrderId || serverVersion >= profilesUntil) return tokens;
  return tokens.toSpliced(profileAt, 1);
}
