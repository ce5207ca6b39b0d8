import { z } from 'zod';
import type { ControlledDesk } from './controlled-desk.ts';

const stopPlaces = ['breaker', 'kill_file', 'home', 'dashboard'] as const;

/** How trading stands at home, for the doctor. Times are epoch milliseconds. */
export const deskReport = z.object({
  journal: z.object({ generation: z.string(), length: z.number() }),
  /** What a check of journal and audit came to, in words. */
  verified: z.object({ ok: z.boolean(), text: z.string() }),
  stops: z.array(z.object({ where: z.enum(stopPlaces), reason: z.string(), since: z.number() })),
  /** `asked`: the server has come with another pair than the journal believes in. */
  trust: z.enum(['none', 'believed', 'asked']),
  /** The gateway has said that it takes no orders. */
  readOnly: z.boolean(),
  /** Of the gateway's login, while it is connected. */
  accounts: z.array(z.string()),
  open: z.number(),
  /** Tickets whose outcome is not known. */
  unknown: z.array(z.string()),
});
export type DeskReport = z.output<typeof deskReport>;

export function reportOf(desk: ControlledDesk, verified: DeskReport['verified']): DeskReport {
  const { state, presented, head, readOnly } = desk;
  const { stops, home, session, active, generation } = state;
  return {
    journal: { generation, length: head.length },
    verified,
    stops: stopPlaces.flatMap((where) => {
      const stop = stops[where];
      return stop ? [{ where, reason: stop.reason, since: stop.since }] : [];
    }),
    trust: presented ? 'asked' : home === undefined ? 'none' : 'believed',
    readOnly,
    accounts: [...(session?.accounts ?? [])],
    open: active.size,
    unknown: [...active.values()].flatMap(({ ticket, state: at }) => (at === 'unknown' ? [ticket] : [])),
  };
}
