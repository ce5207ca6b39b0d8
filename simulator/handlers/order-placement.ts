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
const duplicateId = { code: 103, text: 'Duplicate order id' };

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
    const goOn = (): void => enter(context, owner, withPreset(context, owner, terms), wire);
    if (!world.faults.orders.holdsBack(goOn)) goOn();
  } catch (error) {
    if (error instanceof OrderRequestError) session.sendError(owner.orderId, error.code, error.message);
    else if (error instanceof BadFieldError) session.sendError(owner.orderId, 320, unreadable(error));
    else throw error;
  }
}

function enter({ session, world }: Context, owner: OrderOwner, terms: OrderTerms, wire: WireFields): void {
  const known = knownOrder(world, owner);
  if (!known && owner.orderId <= world.exchange.lastOrderId(owner.clientId)) {
    session.sendError(owner.orderId, duplicateId.code, duplicateId.text);
  } else if (known && world.faults.orders.takeFork()) world.exchange.scripts.fork(owner, terms, wire);
  else world.exchange.place(owner, known ? withoutOwnGroup(known, terms) : terms, wire);
}

/** An order as the presets of the gateway have it. @throws {OrderRequestError} when it is above a precaution */
function withPreset({ session, world }: Context, { orderId }: OrderOwner, terms: OrderTerms): OrderTerms {
  const { presetTif, sizeLimit } = world.faults.orders;
  if (sizeLimit !== undefined && terms.quantity.gt(sizeLimit)) {
    const text = `The following order "ID:${orderId}" size exceeds the Size Limit of ${sizeLimit}. Restriction is specified in Precautionary Settings of Global Configuration/Presets.`;
    throw new OrderRequestError(383, text);
  }
  if (presetTif === undefined || terms.tif === presetTif) return terms;
  session.sendError(orderId, 10349, `Order TIF was set to ${presetTif} based on order preset.`);
  return { ...terms, tif: presetTif };
}

const unreadable = ({ message }: BadFieldError): string =>
  `Error reading request. Unable to parse data. java.lang.NumberFormatException: ${message}`;

function wireOf(request: PlaceOrder): WireFields {
  return { values: request.values, rows: Object.fromEntries(groups.map((name) => [name, request.rows(name)])) };
}

/** The order that a client has placed under an id today. */
function knownOrder(world: Context['world'], { clientId, orderId }: OrderOwner): Order | undefined {
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
