import type { LegName } from '../../shared/orders/order.ts';

/**
 * What stands in IB's references: `irm.RELAY.TICKET.LEG`, at most 32 characters, so that whoever finds an order can tell
 * whose it is. Names of OCA groups carry the ticket too: a group of another ticket is never joined by chance.
 */

const prefix = 'irm';
const letters: Readonly<Record<LegName, string>> = { entry: 'e', take_profit: 't', stop_loss: 's' };
const names = new Map(Object.entries(letters).map(([leg, letter]) => [letter, leg as LegName]));
const pattern = /^irm\.([a-z0-9]{1,8})\.([a-z0-9]{16})\.([ets])$/;

export function referenceOf(relay: string, ticket: string, leg: LegName): string {
  return `${prefix}.${relay}.${ticket}.${letters[leg]}`;
}

/** Undefined for what is no reference of ours. */
export function readReference(
  text: string,
): { readonly relay: string; readonly ticket: string; readonly leg: LegName } | undefined {
  const [, relay, ticket, letter] = pattern.exec(text) ?? [];
  const leg = names.get(letter ?? '');
  return relay === undefined || ticket === undefined || leg === undefined ? undefined : { relay, ticket, leg };
}

/** `group` is the one that was approved. The same group in two tickets is one group at IB only within one ticket. */
export function ocaNameOf(ticket: string, group: string): string {
  return `${prefix}.${ticket}.${group}`.slice(0, 60);
}
