import { Decimal } from 'decimal.js';
import type { LimitUse } from './model.ts';
import { filledOf } from './order-life.ts';
import type { LimitReservation } from './settings.ts';
import type { Draft, TraderTicket } from './state.ts';

/**
 * What counts toward the limits of a day: all that was taken in the last window, by gateway time; an unknown one for two.
 * What is over counts with the part that was carried out, what was never placed not at all.
 */
export function reservedIn(
  draft: Pick<Draft, 'active' | 'ended' | 'recent' | 'settings' | 'clocks'>,
): LimitReservation[] {
  const { policyWindow } = draft.settings.times;
  const reserved: LimitReservation[] = [];
  for (const name of draft.recent) {
    const ticket = draft.active.get(name) ?? draft.ended.get(name);
    if (!ticket?.used) continue;
    const age = draft.clocks.gateway - ticket.gatewayAt;
    if (age > policyWindow * (ticket.state === 'unknown' ? 2 : 1)) continue;
    const used = carriedOut(ticket, ticket.used);
    if (used) reserved.push({ ticket: name, account: ticket.account, at: ticket.gatewayAt, used });
  }
  return reserved;
}

function carriedOut(ticket: TraderTicket, used: LimitUse): LimitUse | undefined {
  if (ticket.state === 'not_placed' || ticket.state === 'rejected') return undefined;
  const entry = ticket.legs.find(({ leg }) => leg === 'entry');
  if (ticket.state !== 'final' || entry?.life.quantity === undefined) return used;
  const filled = filledOf(entry.life);
  if (filled === entry.life.quantity) return used;
  if (filled === '0') return { ...used, notional: '0', quantity: '0', loss: '0' };
  const part = Decimal.min(1, new Decimal(filled).div(entry.life.quantity));
  const scaled = (amount: string) => new Decimal(amount).times(part).toDecimalPlaces(8).toFixed();
  return { ...used, notional: scaled(used.notional), quantity: scaled(used.quantity), loss: scaled(used.loss) };
}
