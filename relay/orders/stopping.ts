import type { StopBody } from '../../shared/orders/frames.ts';
import type { OrderIdentity } from '../../shared/orders/order.ts';
import { refuseAllQueued } from './breaker.ts';
import { identityOf, requestCancel, tellStop } from './cancelling.ts';
import { liftedBy, stopOf } from './gate.ts';
import { gatewayRestarted } from './hunting.ts';
import type { StopPlace, TraderCommand } from './model.ts';
import { endOf } from './order-life.ts';
import { trust } from './pairing.ts';
import { record } from './record.ts';
import { type Draft, findTicket, type TraderLeg } from './state.ts';
import { notice, publish } from './telling.ts';

/** Stops, which are journalled before anything else, and what a person at home can say. */

export function stop(draft: Draft, id: string, { request, stopped, reason, by, ...how }: StopBody): void {
  draft.effects.push({ type: 'answer', id });
  if (stopped) {
    halt(draft, 'dashboard', { request, reason, by, ...how });
    return;
  }
  lift(draft, 'dashboard', by);
  tellStop(draft, request, []);
}

export function killFile(draft: Draft, present: boolean): void {
  if (present) halt(draft, 'kill_file', { reason: 'The kill file is there.', by: 'kill file', ...nothing });
  else if (lift(draft, 'kill_file', 'kill file')) tellStop(draft, undefined, []);
}

export function command(draft: Draft, id: string, asked: TraderCommand): void {
  const reply = (ok: boolean, text: string) => draft.effects.push({ type: 'reply', id, ok, text });
  switch (asked.name) {
    case 'stop-trading': {
      const { reason, cancelOwn, protect, everything } = asked;
      halt(draft, 'home', { reason, by: 'home', cancelOwn, protect, everything });
      reply(true, 'Trading is stopped. Nothing new leaves; cancels still do.');
      return;
    }
    case 'resume-trading':
      resume(draft, reply);
      return;
    case 'trust':
      trust(draft, asked.home, asked.generation, 'person');
      reply(
        true,
        'Journal and server believe each other again. Orders that were prepared before have to be prepared anew.',
      );
      return;
    case 'gateway-restarted':
      gatewayRestarted(draft);
      reply(true, 'It is noted that the gateway was restarted; what is unknown is looked for again.');
      return;
    case 'resolve':
      resolve(draft, asked, reply);
      return;
  }
}

type Reply = (ok: boolean, text: string) => void;

function resume(draft: Draft, reply: Reply): void {
  const why = (['breaker', 'home', 'dashboard', 'kill_file'] as const).flatMap((where) => {
    const there = draft.stops[where];
    return there ? [`${where}: ${there.reason}`] : [];
  });
  if (why.length === 0) {
    reply(true, 'Trading was not stopped.');
    return;
  }
  lift(draft, 'breaker', 'home');
  lift(draft, 'home', 'home');
  tellStop(draft, undefined, []);
  const left = (['kill_file', 'dashboard'] as const).filter((where) => draft.stops[where]);
  const rest = left.map((where) => liftedBy[where]).join(' ');
  reply(left.length === 0, `It was stopped by ${why.join('; ')}. ${left.length === 0 ? 'Trading goes on.' : rest}`);
}

function resolve(draft: Draft, asked: Extract<TraderCommand, { name: 'resolve' }>, reply: Reply): void {
  const ticket = findTicket(draft, asked.ticket);
  if (!ticket) {
    reply(false, 'The journal has no such ticket.');
    return;
  }
  if (ticket.state !== 'unknown') {
    reply(false, `Its state is ${ticket.state}: only an unknown ticket is closed by a person.`);
    return;
  }
  const note = `${asked.placed ? 'Placed' : 'Not placed'}, says a person at home${asked.note === '' ? '' : `: ${asked.note}`}`;
  record(draft, {
    type: 'resolved',
    ticket: asked.ticket,
    placed: asked.placed,
    note: note.slice(0, 600),
    at: draft.clocks.wall,
  });
  publish(draft, asked.ticket);
  reply(true, 'The ticket is closed. Nothing that was sent is taken back by that.');
}

/** Once more, after a start, with what may still work and is not being cancelled. */
export function tellStopAgain(draft: Draft): void {
  const cancelled = [...draft.cancels.values()].flatMap(({ done, targets }) => (done ? [] : targets));
  const isCancelled = (orderId: number) => cancelled.some(({ order }) => order.orderId === orderId);
  const working = [...draft.active.values()].flatMap(({ ticket, legs }) =>
    legs
      .filter(({ life, orderId }) => endOf(life) === undefined && !isCancelled(orderId))
      .map((leg) => ({ order: identityOf(draft, ticket, leg), why: 'It was open when the relay last ended.' })),
  );
  tellStop(draft, undefined, stopOf(draft) ? working : []);
}

/** The owner wants no order to work on while nobody can see or end it; what protects a position stays, as with a stop. */
export function homeWasAway(draft: Draft): void {
  const open = [...draft.active.values()].flatMap(({ ticket, legs }) =>
    legs.filter(({ life }) => endOf(life) === undefined).map((leg) => protects(draft, ticket, leg)),
  );
  if (!open.includes(false)) return;
  const kept = open.includes(true) ? ', but for those that protect a position' : '';
  notice(draft, `The server was away for long: the orders of this relay are being cancelled${kept}.`);
  requestCancel(draft, {
    request: `away-${draft.length}`,
    what: { kind: 'own' },
    by: 'relay: dead man',
    keep: (ticket, leg) => protects(draft, ticket, leg),
  });
}

interface Halt {
  readonly request?: string;
  readonly reason: string;
  readonly by: string;
  readonly cancelOwn: boolean;
  readonly protect: boolean;
  readonly everything: boolean;
}

const nothing = { cancelOwn: false, protect: true, everything: false };

function halt(draft: Draft, where: StopPlace, asked: Halt): void {
  if (!draft.stops[where]) {
    record(draft, { type: 'stopped', where, reason: asked.reason, by: asked.by, at: draft.clocks.wall });
  }
  refuseAllQueued(draft);
  const kept = keptOrders(draft, asked);
  if (!asked.cancelOwn && !asked.everything) {
    tellStop(draft, asked.request, kept);
    return;
  }
  const cancel = `stop-${where}-${draft.length}`;
  draft.stopReports = [...draft.stopReports, { ...(asked.request ? { request: asked.request } : {}), cancel, kept }];
  requestCancel(draft, {
    request: cancel,
    what: { kind: asked.everything ? 'everything' : 'own' },
    by: asked.by,
    keep: (ticket, leg) => asked.protect && !asked.everything && protects(draft, ticket, leg),
  });
}

/** The entry has filled something, and this order ends what it opened. */
function protects(draft: Draft, name: string, leg: TraderLeg): boolean {
  if (leg.leg === 'entry') return false;
  const entry = findTicket(draft, name)?.legs.find((each) => each.leg === 'entry');
  return entry !== undefined && (endOf(entry.life) === 'filled' || entry.life.fills.length > 0);
}

function keptOrders(draft: Draft, asked: Halt): readonly { readonly order: OrderIdentity; readonly why: string }[] {
  if (asked.everything) return [];
  return [...draft.active.values()].flatMap(({ ticket, legs }) =>
    legs
      .filter((leg) => endOf(leg.life) === undefined)
      .filter((leg) => !asked.cancelOwn || (asked.protect && protects(draft, ticket, leg)))
      .map((leg) => ({ order: identityOf(draft, ticket, leg), why: whyKept(asked, leg) })),
  );
}

function whyKept({ cancelOwn }: Halt, { life }: TraderLeg): string {
  if (cancelOwn) return 'It protects a position, and was kept.';
  return life.seen ? 'Nothing was to be cancelled.' : 'It was handed over before, and IB Gateway has not answered.';
}

function lift(draft: Draft, where: StopPlace, by: string): boolean {
  if (!draft.stops[where]) return false;
  record(draft, { type: 'resumed', where, by: by.slice(0, 100), at: draft.clocks.wall });
  return true;
}
