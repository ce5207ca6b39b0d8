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

const groups = ['comboLegs', 'orderComboLegs', 'smartComboRoutingParams', 'algoParams', 'conditions'] as const;

/** A client's ids only go up. */
const duplicateId = new OrderRequestError(103, 'Duplicate order id');

/** Places or modifies an order, or says what it would cost. Whatever is wrong with it is an error under its id. */
export function place(context: Context, request: PlaceOrder, owner: OrderOwner): void {
  const { session, world } = context;
  try {
    const legs = resolveLegs(context, request);
    if (!legs) return;
    const wire = wireOf(request);
    const accounts = world.accounts.map(({ id }) => id);
    const terms = termsOf(wire, { legs, accounts, zone: world.zone, now: world.now() });
    if (flagOf(wire, 'whatIf')) {
      answerPreview(context, owner, terms, wire);
      return;
    }
    const known = knownOrder(context, owner);
    if (!known && owner.orderId <= world.exchange.lastOrderId(owner.clientId)) throw duplicateId;
    world.exchange.place(owner, known ? withoutOwnGroup(known, terms) : terms, wire);
  } catch (error) {
    if (error instanceof OrderRequestError) session.sendError(owner.orderId, error.code, error.message);
    else if (error instanceof BadFieldError) session.sendError(owner.orderId, 320, unreadable(error));
    else throw error;
  }
}

const unreadable = ({ message }: BadFieldError): string =>
  `Error reading request. Unable to parse data. java.lang.NumberFormatException: ${message}`;

function wireOf(request: PlaceOrder): WireFields {
  return { values: request.values, rows: Object.fromEntries(groups.map((name) => [name, request.rows(name)])) };
}

/** The order that a client has placed under an id today. */
function knownOrder({ world }: Context, { clientId, orderId }: OrderOwner): Order | undefined {
  const isMeant = ({ owner }: Order): boolean => owner.clientId === clientId && owner.orderId === orderId;
  return world.exchange.open().find(isMeant) ?? world.exchange.completed().find(isMeant);
}

/** A client that modifies a child sends back the group the gateway has named for its bracket: that is no change. */
function withoutOwnGroup({ parentPermId, terms: { ocaGroup } }: Order, terms: OrderTerms): OrderTerms {
  const isOwn = ocaGroup === '' && terms.ocaGroup === String(parentPermId);
  return isOwn ? { ...terms, ocaGroup } : terms;
}

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
  { permId, commissionCurrency }: OrderPreview,
  now: number,
): Order {
  return {
    permId,
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
