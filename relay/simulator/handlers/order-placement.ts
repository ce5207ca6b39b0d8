import { Decimal } from 'decimal.js';
import type { Order, OrderOwner, OrderPreview, OrderTerms, WireFields } from '../exchange/model.ts';
import { OrderRequestError } from '../orders/order-error.ts';
import { previewValues } from '../orders/order-messages.ts';
import { termsOf } from '../orders/order-terms.ts';
import { flagOf } from '../orders/wire-values.ts';
import { BadFieldError, type RequestOf } from '../protocol/requests.ts';
import type { Context } from './handler.ts';
import { resolveLegs } from './order-contracts.ts';

type PlaceOrder = RequestOf<'placeOrder'>;

const GROUPS = ['comboLegs', 'orderComboLegs', 'smartComboRoutingParams', 'algoParams', 'conditions'] as const;

/** Places or modifies an order, or says what it would cost. Whatever is wrong with it is an error under its id. */
export function place(context: Context, request: PlaceOrder, owner: OrderOwner): void {
  const { session, world } = context;
  try {
    const legs = resolveLegs(context, request);
    if (!legs) return;
    const wire = wireOf(request);
    const accounts = world.accounts.map(({ id }) => id);
    const terms = termsOf(wire, { legs, accounts, zone: world.zone, now: world.now() });
    if (flagOf(wire, 'whatIf')) answerPreview(context, owner, terms, wire);
    else world.exchange.place(owner, withoutOwnGroup(context, owner, terms), wire);
  } catch (error) {
    if (error instanceof OrderRequestError) session.sendError(owner.orderId, error.code, error.message);
    else if (error instanceof BadFieldError) session.sendError(owner.orderId, 320, unreadable(error));
    else throw error;
  }
}

const unreadable = ({ message }: BadFieldError): string =>
  `Error reading request. Unable to parse data. java.lang.NumberFormatException: ${message}`;

function wireOf(request: PlaceOrder): WireFields {
  return { values: request.values, rows: Object.fromEntries(GROUPS.map((name) => [name, request.rows(name)])) };
}

/** A client that modifies a child sends back the group the gateway has named for its bracket: that is no change. */
function withoutOwnGroup({ world }: Context, owner: OrderOwner, terms: OrderTerms): OrderTerms {
  const order = world.exchange.open().find((candidate) => isOwnedBy(candidate, owner));
  const isOwn = order && order.terms.ocaGroup === '' && terms.ocaGroup === String(order.parentPermId);
  return isOwn ? { ...terms, ocaGroup: '' } : terms;
}

const isOwnedBy = ({ owner }: Order, { clientId, orderId }: OrderOwner): boolean =>
  owner.clientId === clientId && owner.orderId === orderId;

function answerPreview({ session, world }: Context, owner: OrderOwner, terms: OrderTerms, wire: WireFields): void {
  const preview = world.exchange.preview(owner, terms);
  if (!preview) return;
  const order = previewed(owner, terms, wire, preview, world.now());
  const currency = world.book.account(terms.account)?.baseCurrency ?? preview.commissionCurrency;
  session.send('openOrder', previewValues(order, preview, currency, world.zone));
}

/** The order a preview is about, as if it had been placed. */
function previewed(
  owner: OrderOwner,
  terms: OrderTerms,
  wire: WireFields,
  { commissionCurrency }: OrderPreview,
  now: number,
): Order {
  return {
    permId: 0,
    owner,
    terms,
    wire,
    status: 'PreSubmitted',
    filled: new Decimal(0),
    remaining: terms.quantity,
    averageFillPrice: 0,
    lastFillPrice: 0,
    whyHeld: '',
    parentPermId: 0,
    commission: new Decimal(0),
    commissionCurrency,
    submittedAt: now,
    completedStatus: '',
    warning: '',
    executions: [],
  };
}
