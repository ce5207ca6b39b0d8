/** What goes wrong, once, at some moment; all of it is healed after a while. */
export const troubles = [
  'relay killed',
  'relay killed at an effect',
  'power cut at an effect',
  'relay stopped between two effects',
  'machine slept',
  'wall clock set',
  'tunnel cut',
  'tunnel silent',
  'home restarted',
  'home hibernated',
  'home restored from a copy',
  'relay restored from a copy',
  'gateway dropped before receipt',
  'gateway dropped after receipt',
  'gateway restarted',
  'gateway restarted and forgot its ids',
  'upstream lost',
  'orders swallowed',
  'window at home',
  'late bytes',
  'lists behind',
  'forked change',
  'rejection',
  'changed elsewhere',
  'disk full',
  'trading stopped at home',
] as const;
export type Trouble = (typeof troubles)[number];

/** Troubles after which a person has to do something, by design. */
export const needsPerson: ReadonlySet<Trouble> = new Set([
  'home restored from a copy',
  'relay restored from a copy',
  'window at home',
  'orders swallowed',
  'forked change',
  'trading stopped at home',
  'disk full',
]);

/** Troubles in which a side is not what it was: nobody but a person can say which of the two to believe. */
export const restores: ReadonlySet<Trouble> = new Set(['home restored from a copy', 'relay restored from a copy']);

/** What goes wrong at the gateway and behind it. */
export const gatewayTroubles = [
  'gateway dropped before receipt',
  'gateway dropped after receipt',
  'gateway restarted',
  'gateway restarted and forgot its ids',
  'upstream lost',
  'orders swallowed',
  'window at home',
  'late bytes',
  'lists behind',
  'forked change',
  'rejection',
  'changed elsewhere',
] as const satisfies readonly Trouble[];
