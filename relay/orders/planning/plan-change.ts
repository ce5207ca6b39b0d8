import { Decimal } from 'decimal.js';
import { ToolError } from '../../../shared/errors.ts';
import type { OrderContract, OrderTerms, PlannedModification } from '../../../shared/orders/order.ts';
import { comboOf } from '../../gateway/contracts/combos.ts';
import type { ContractDesk } from '../../gateway/contracts/contracts.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { legNamesOf } from './order-contract.ts';
import type { OpenOrder } from './trading-view.ts';

/** The planned change of an open order: its terms as they stand, and as they are to be. */
export function changedOrder(
  open: OpenOrder,
  changes: Partial<OrderTerms>,
  instrument: Pick<Instrument, 'legs' | 'name'>,
): PlannedModification {
  const { order, filled } = open;
  const before = asSent(open);
  refuseUnchangeable(before);
  const entry = { ...before, ...changes };
  const same = Object.entries(changes).every(([field, value]) => isEqual(before[field as keyof OrderTerms], value));
  if (same) throw refused('Nothing of the order would change.', 'Give what is to be different.');
  if (entry.quantity !== undefined && new Decimal(entry.quantity).lte(filled)) {
    throw refused(`${filled} of it are filled already.`, 'Give a larger quantity, or cancel the rest.');
  }
  return {
    version: 1,
    kind: 'modify',
    // IB rewrites combinations; only its own form of them can be changed.
    contract: namedContract(order.contract, instrument),
    target: { orderId: order.orderId, clientId: order.clientId, permId: order.permId },
    before,
    entry,
  };
}

/** IB's own form of a contract, with what it does not say of a combination's legs. */
function namedContract(seen: OrderContract, { legs, name }: Pick<Instrument, 'legs' | 'name'>): OrderContract {
  if (!seen.legs) return { ...seen, name };
  const named = seen.legs.map((leg) => {
    const known = legs?.find(({ conId }) => conId === leg.conId);
    return known ? { ...leg, ...legNamesOf(known) } : leg;
  });
  return { ...seen, name, legs: named };
}

/** As it stands, without the group that IB itself makes of a parent's children: to name it would be to change it. */
function asSent({ order }: OpenOrder): OrderTerms {
  if (!order.parentId) return order.terms;
  const { oca: _, ...terms } = order.terms;
  return terms;
}

function refuseUnchangeable({ quantity, cashQuantity }: OrderTerms): void {
  const byMoney = cashQuantity !== undefined;
  if (!byMoney && (quantity === undefined || new Decimal(quantity).isInteger())) return;
  throw new ToolError({
    code: 'unsupported',
    message: `IB changes no order ${byMoney ? 'by amount of money' : 'of a fraction'} over its API.`,
    nextStep: 'Cancel it and place a new one.',
    ibCode: byMoney ? 10241 : 10242,
  });
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What an open order is for, found by its ids. @throws the gateway's ToolErrors */
export async function instrumentOfOrder(
  { conId, exchange, legs }: OrderContract,
  contracts: Pick<ContractDesk, 'resolve'>,
  signal: AbortSignal,
): Promise<Instrument> {
  const at = async (id: number, venue: string): Promise<Instrument> => {
    const found = await contracts.resolve(String(id), signal);
    return { ...found, contract: { ...found.contract, exchange: venue } };
  };
  if (!legs) return at(conId, exchange);
  const parts = legs.map(async (leg) => ({
    ratio: leg.side === 'BUY' ? leg.ratio : -leg.ratio,
    instrument: await at(leg.conId, leg.exchange),
  }));
  return comboOf(await Promise.all(parts));
}

function refused(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
