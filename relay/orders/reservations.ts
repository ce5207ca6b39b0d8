import { Decimal } from 'decimal.js';
import type { LimitUse } from './model.ts';
import { costsOf, filledOf } from './order-life.ts';
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
    if (!ticket) continue;
    const age = draft.clocks.gateway - ticket.gatewayAt;
    if (age > policyWindow * (ticket.state === 'unknown' ? 2 : 1)) continue;
    const used = usedOf(ticket);
    if (used) reserved.push({ ticket: name, account: ticket.account, at: ticket.gatewayAt, used });
  }
  return reserved;
}

/**
 * What a ticket has used of the limits: all that it was taken with, or once it is over the part that was carried out; and
 * what its orders realized, a bracket's children included, as soon as IB tells it. Undefined where nothing was placed.
 */
export function usedOf(ticket: TraderTicket): LimitUse | undefined {
  if (!ticket.used || ticket.state === 'not_placed' || ticket.state === 'rejected') return undefined;
  const used = carriedOut(ticket, ticket.used);
  const lost = realizedLoss(ticket);
  return lost.lte(used.loss) ? used : { ...used, loss: lost.toFixed() };
}

function carriedOut(ticket: TraderTicket, used: LimitUse): LimitUse {
  const entry = ticket.legs.find(({ leg }) => leg === 'entry');
  if (ticket.state !== 'final' || entry?.life.quantity === undefined) return used;
  const part = Decimal.min(1, new Decimal(filledOf(entry.life)).div(entry.life.quantity));
  const scaled = (amount: string) => new Decimal(amount).times(part).toDecimalPlaces(8).toFixed();
  return { ...used, notional: scaled(used.notional), quantity: scaled(used.quantity), loss: scaled(used.loss) };
}

/** Base currency. What one order gained makes up for nothing that another one lost. */
function realizedLoss({ legs, rates = {} }: TraderTicket): Decimal {
  return legs.reduce((sum, { life }) => {
    const { realizedPnl = '0', currency = '' } = costsOf(life) ?? {};
    const lost = Decimal.max(0, new Decimal(realizedPnl).neg());
    return sum.plus(lost.times(rates[currency] ?? 1));
  }, new Decimal(0));
}
