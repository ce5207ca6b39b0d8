import type { Call, History, LedgerOrder, Leg, Terms, Violation } from './history.ts';

/** Judges a history by the invariants of docs/order-safety.md, and by nothing else. Pure; imports nothing of the product. */

interface Reference {
  readonly ticket: string;
  readonly leg: Leg;
}

/** A ticket as clients saw it. */
interface Ticket {
  readonly id: string;
  readonly grant: string;
  /** The first call that was answered with it. */
  readonly asked: Call | undefined;
  /** Every answer that named its state, oldest first. */
  readonly told: readonly { readonly at: number; readonly state: string; readonly filled?: number | undefined }[];
}

interface Case {
  readonly history: History;
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly orders: readonly (LedgerOrder & { readonly of: Reference | undefined })[];
}

const nothing = new Set(['not_placed', 'denied', 'expired']);
const there = new Set(['submitted', 'working', 'final']);
const undecided = new Set(['submitting', 'unknown']);
const asking = new Set(['place', 'preview', 'modify']);
const dayMs = 86_400_000;

export function check(history: History): Violation[] {
  const seen: Case = { history, tickets: ticketsOf(history), orders: ordersOf(history) };
  return Object.entries(invariants).flatMap(([invariant, judge]) =>
    judge(seen).map((what): Violation => ({ invariant, what })),
  );
}

function readReference(text: string): Reference | undefined {
  const [, ticket, leg] = /^irm\.[a-z0-9]+\.([a-z0-9]+)\.([ets])$/.exec(text) ?? [];
  return ticket === undefined ? undefined : { ticket, leg: leg as Leg };
}

const ordersOf = ({ ledger }: History): Case['orders'] =>
  ledger.orders.map((order) => ({ ...order, of: readReference(order.reference) }));

function ticketsOf({ calls }: History): Map<string, Ticket> {
  const tickets = new Map<string, Ticket>();
  const answered = calls.filter(({ until }) => until !== undefined);
  for (const call of answered.toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))) {
    const id = call.told?.ticket ?? (call.told?.state ? call.about : undefined);
    if (id === undefined) continue;
    const before = tickets.get(id);
    const { state, filled } = call.told ?? {};
    tickets.set(id, {
      id,
      grant: before?.grant ?? call.grant,
      asked: before?.asked ?? (asking.has(call.tool) ? call : undefined),
      told: [...(before?.told ?? []), ...(state === undefined ? [] : [{ at: call.until ?? call.at, state, filled }])],
    });
  }
  return tickets;
}

const isChange = ({ asked }: Ticket): boolean => asked?.tool === 'modify';
const placements = ({ tickets }: Case): Ticket[] => [...tickets.values()].filter((ticket) => !isChange(ticket));
const changes = ({ tickets }: Case): Ticket[] => [...tickets.values()].filter(isChange);
const ordersUnder = ({ orders }: Case, ticket: string, leg?: Leg) =>
  orders.filter(({ of }) => of?.ticket === ticket && (leg === undefined || of.leg === leg));
const everTold = ({ told }: Ticket, states: ReadonlySet<string>) => told.find(({ state }) => states.has(state));
const lastState = ({ told }: Ticket) => told.at(-1)?.state;
const lastWords = ({ history }: Case, { id }: Ticket) =>
  history.calls.findLast(({ about, told }) => (told?.ticket ?? about) === id && told?.words)?.told?.words ?? 'no word';
const say = ({ side, quantity, symbol, type, limitPrice, stopPrice, tif, account }: Terms): string =>
  `${side} ${quantity} ${symbol} ${type} ${limitPrice ?? '-'} ${stopPrice ?? '-'} ${tif} in ${account}`;
const sameTerms = (a: Terms, b: Terms): boolean => say(a) === say(b);
const sameWanted = (a: Call, b: Call): boolean => wantedText(a) === wantedText(b);
const wantedText = ({ wanted }: Call): string =>
  Object.entries(wanted ?? {})
    .map(([leg, terms]) => `${leg} ${say(terms)}`)
    .sort()
    .join('; ');

function groups<Item>(items: readonly Item[], key: (item: Item) => string): [string, Item[]][] {
  const found = new Map<string, Item[]>();
  for (const item of items) found.set(key(item), [...(found.get(key(item)) ?? []), item]);
  return [...found];
}

const invariants: Readonly<Record<string, (seen: Case) => string[]>> = {
  S1: ({ history, orders }) => [
    ...groups(orders, ({ reference }) => reference)
      .filter(([reference, under]) => readReference(reference) && new Set(under.map(({ permId }) => permId)).size > 1)
      .map(([reference, under]) => `${under.length} orders were accepted under ${reference}`),
    ...groups(history.ledger.received, ({ reference }) => reference)
      .filter(
        ([reference, under]) =>
          readReference(reference) && new Set(under.map(({ clientId, orderId }) => `${clientId}/${orderId}`)).size > 1,
      )
      .map(([reference]) => `more than one order id was received under ${reference}`),
  ],

  S2: (seen) => {
    const own = seen.orders.filter(({ clientId }) => clientId === seen.history.relayClientId);
    const nameless = own.filter(({ of }) => of === undefined);
    const lost = seen.history.calls.filter(
      ({ tool, told }) => asking.has(tool) && (told === undefined || told.error !== undefined),
    );
    const untold = new Set(own.flatMap(({ of }) => (of && !seen.tickets.has(of.ticket) ? [of.ticket] : [])));
    return [
      ...nameless.map(({ permId }) => `order ${permId} carries no reference of ours`),
      ...(untold.size > lost.length ? [`nobody asked for ${[...untold].join(', ')}`] : []),
    ];
  },

  S3: (seen) =>
    seen.orders.flatMap(({ of, terms }) => {
      if (!of) return [];
      const asked = seen.tickets.get(of.ticket)?.asked;
      if (!asked?.wanted || asked.tool === 'modify') return [];
      const wanted = asked.wanted[of.leg];
      if (!wanted) return [`${of.ticket}.${of.leg} was never asked for`];
      return sameTerms(wanted, terms) ? [] : [`${of.ticket}.${of.leg}: asked ${say(wanted)}, accepted ${say(terms)}`];
    }),

  S4: (seen) =>
    placements(seen)
      .filter((ticket) => everTold(ticket, nothing) && ordersUnder(seen, ticket.id).length > 0)
      .map(({ id, told }) => `${id} was told ${told.map(({ state }) => state).join(', ')}, and has an order`),

  S5: (seen) =>
    placements(seen).flatMap((ticket) => {
      const first = everTold(ticket, there);
      if (!first) return [];
      const entries = ordersUnder(seen, ticket.id, 'e').filter(({ acceptedAt }) => acceptedAt <= first.at);
      return entries.length === 1
        ? []
        : [`${ticket.id} was told ${first.state} with ${entries.length} entries accepted by then`];
    }),

  S6: (seen) =>
    placements(seen)
      .filter((ticket) => lastState(ticket) === 'rejected')
      .flatMap(({ id }) => ordersUnder(seen, id))
      .filter(({ fills, endedAt }) => fills.length > 0 || endedAt === undefined)
      .map(({ reference }) => `${reference} of a rejected ticket was filled, or works`),

  S7: ({ history, tickets }) =>
    history.approval === 'none'
      ? []
      : history.ledger.received.flatMap(({ reference, at }) => {
          const ticket = tickets.get(readReference(reference)?.ticket ?? '');
          if (!ticket) return [];
          const confirmed = history.calls.some(
            ({ tool, about, grant, accepted, told, at: asked }) =>
              asked <= at &&
              grant === ticket.grant &&
              ((tool === 'confirm' && about === ticket.id) ||
                (accepted === true && (told === undefined || told.ticket === ticket.id))),
          );
          return confirmed ? [] : [`${reference} was received before ${ticket.grant} confirmed it`];
        }),

  S8: ({ history, orders }) => {
    const { orderQuantity = Infinity, ordersPerDay = Infinity, notionalPerDay = Infinity } = history.limits;
    const entries = orders.filter(({ of }) => of?.leg === 'e').toSorted((a, b) => a.acceptedAt - b.acceptedAt);
    return entries.flatMap((last) => {
      const day = entries.filter(
        ({ acceptedAt }) => acceptedAt <= last.acceptedAt && acceptedAt > last.acceptedAt - dayMs,
      );
      const notional = day.reduce(
        (sum, { terms }) => sum + terms.quantity * Math.abs(terms.limitPrice ?? terms.stopPrice ?? 0),
        0,
      );
      return [
        ...(last.terms.quantity > orderQuantity ? [`${last.reference} is larger than ${orderQuantity}`] : []),
        ...(day.length > ordersPerDay ? [`${last.reference} is order ${day.length} of ${ordersPerDay}`] : []),
        ...(notional > notionalPerDay ? [`with ${last.reference} ${notional} of ${notionalPerDay} were used`] : []),
      ];
    });
  },

  S9: ({ history }) =>
    history.stops.flatMap(({ from, until = Infinity }) =>
      history.ledger.received
        .filter(({ at, reference }) => readReference(reference) && at > from && at < until)
        .map(({ reference }) => `${reference} was received while trading was stopped`),
    ),

  S10: ({ tickets }) =>
    [...tickets.values()].flatMap(({ id, told }) =>
      told.flatMap(({ state }, index) => {
        const before = told.slice(0, index).map((earlier) => earlier.state);
        const wasNothing = before.find((earlier) => nothing.has(earlier));
        const wasThere = before.find((earlier) => there.has(earlier) || earlier === 'rejected');
        if (wasNothing && state !== wasNothing) return [`${id} was ${wasNothing}, then ${state}`];
        return wasThere && nothing.has(state) ? [`${id} was ${wasThere}, then ${state}`] : [];
      }),
    ),

  S11: ({ history }) =>
    groups(
      history.calls.filter(({ requestId, told }) => requestId !== undefined && told !== undefined),
      ({ grant, requestId }) => `${grant}/${requestId}`,
    ).flatMap(([key, calls]) => {
      const first = calls.find(({ told }) => told?.ticket);
      if (!first) return [];
      return calls.flatMap((call) => {
        const { ticket } = call.told ?? {};
        if (ticket === undefined) return [];
        if (!sameWanted(first, call)) return [`${key} gave ${ticket} for other terms`];
        return ticket === first.told?.ticket ? [] : [`${key} gave ${first.told?.ticket} and ${ticket}`];
      });
    }),

  S12: (seen) =>
    seen.history.calls.flatMap(({ tool, about, told, until = 0 }) => {
      if (tool !== 'cancel' || about === undefined) return [];
      const entries = ordersUnder(seen, about, 'e');
      const works = entries.some(({ endedAt = Infinity }) => endedAt > until);
      const full = entries.some(({ fills, terms, changes: made }) => {
        return sum(fills) >= (made.at(-1)?.terms ?? terms).quantity;
      });
      if (told?.outcome === 'cancelled' && works) return [`${about} was told cancelled, and works`];
      return told?.outcome === 'filled' && !full ? [`${about} was told filled, and is not`] : [];
    }),

  S13: (seen) =>
    placements(seen).flatMap(({ id, told }) => {
      const [entry] = ordersUnder(seen, id, 'e');
      const fills = entry?.fills ?? [];
      return told.flatMap(({ at, filled }, index) => {
        if (filled === undefined) return [];
        const then = sum(fills.filter((fill) => fill.at <= at));
        if (filled > then) return [`${id} was told ${filled} filled, with ${then} at that time`];
        const isLast = index === told.length - 1 && at > seen.history.healedAt + seen.history.resolveWithin;
        return isLast && filled !== sum(fills) ? [`${id} was told ${filled} filled at last, of ${sum(fills)}`] : [];
      });
    }),

  S14: (seen) =>
    changes(seen).flatMap((ticket) => {
      const made = ordersUnder(seen, ticket.id);
      const wanted = ticket.asked?.wanted?.e;
      const target = ordersUnder(seen, ticket.asked?.about ?? '', 'e')[0];
      const got = wanted && target?.changes.some(({ terms }) => sameTerms(terms, wanted));
      return [
        ...made.map(({ permId }) => `the change ${ticket.id} made order ${permId}`),
        ...(lastState(ticket) === 'final' && wanted && !got ? [`${ticket.id} is final, and changed nothing`] : []),
        ...(everTold(ticket, nothing) && got && isOnlyOne(seen, ticket)
          ? [`${ticket.id} was told ${lastState(ticket)}, and changed the order`]
          : []),
      ];
    }),

  S15: ({ history, orders }) =>
    orders
      .filter(({ of, terms }) => of && !(history.accounts.includes(terms.account) && /^D/.test(terms.account)))
      .map(({ reference, terms }) => `${reference} was accepted for ${terms.account}`),

  S16: ({ history, tickets }) =>
    history.calls
      .filter(({ grant, told }) => told?.ticket && tickets.get(told.ticket)?.grant !== grant)
      .map(({ grant, told }) => `${told?.ticket} was answered to ${grant}`),

  L1: (seen) =>
    seen.history.faults.length > 0
      ? []
      : [...seen.tickets.values()]
          .filter(({ id }) => seen.history.approval === 'none' || isConfirmed(seen, id))
          .filter((ticket) => !there.has(lastState(ticket) ?? ''))
          .map((ticket) => `${ticket.id} ended ${lastState(ticket)} without a fault: ${lastWords(seen, ticket)}`),

  L2: ({ history, tickets }) =>
    [...tickets.values()].flatMap((ticket) => {
      const last = ticket.told.at(-1);
      if (!last || !undecided.has(last.state) || history.silent.includes(ticket.id)) return [];
      return last.at > history.healedAt + history.resolveWithin
        ? [`${ticket.id} is ${last.state} ${last.at - history.healedAt} ms after everything healed`]
        : [];
    }),

  L3: ({ history, tickets }) =>
    history.ordinary
      ? [
          ...history.ordinary.alarms,
          ...[...tickets.values()]
            .filter((ticket) => everTold(ticket, new Set(['unknown'])))
            .map(({ id }) => `${id} was unknown on an ordinary day`),
        ]
      : [],
};

function sum(fills: readonly { readonly quantity: number }[]): number {
  return fills.reduce((total, { quantity }) => total + quantity, 0);
}

const isConfirmed = ({ history }: Case, ticket: string): boolean =>
  history.calls.some(
    ({ tool, about, accepted, told }) =>
      (tool === 'confirm' && about === ticket) || (accepted === true && told?.ticket === ticket),
  );

/** Whether no other change asked for the same terms of the same order. */
const isOnlyOne = (seen: Case, { asked, id }: Ticket): boolean =>
  !changes(seen).some(
    (other) =>
      other.id !== id && other.asked?.about === asked?.about && asked && sameWanted(other.asked ?? asked, asked),
  );
