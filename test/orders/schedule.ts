import { setTimeout as delay } from 'node:timers/promises';
import { type Arena, account } from './arena.ts';
import { check } from './checker.ts';
import type { Laid } from './fault.ts';
import type { Violation } from './history.ts';
import type { Plan, PlannedTicket } from './plan.ts';
import { Random } from './simulation/random.ts';
import type { Told, Trader } from './trader.ts';

export interface Outcome {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** Whether orders were submitted at all, and the fault, if there is one, really met one on its way. */
  readonly hit: boolean;
  /** How the tickets ended, by state. */
  readonly ends: Readonly<Record<string, number>>;
  /** How those ended of which it was told on the way that it is not known, or not yet, by state. */
  readonly ambiguous: Readonly<Record<string, number>>;
  /** Known only after somebody had restarted the gateway, as their answers say. */
  readonly afterRestart: number;
  readonly ms: number;
}

/** Carries a plan out, mends everything, waits for the outcomes, and has the checker judge. */
export async function run(arena: Arena, drawn: Plan, resolveWithin: number): Promise<Outcome> {
  const began = Date.now();
  const random = new Random(drawn.seed ^ 0x5bd1e995);
  const unfit = drawn.fault ? [] : await goesOn(arena, drawn.seed, async () => undefined);
  const from = arena.calls.length;
  const tickets = await Promise.all(
    drawn.orders.map(async ({ wanted, requestId }) => {
      const told = await arena.traders[0].preview(wanted, requestId === undefined ? {} : { requestId });
      return told?.ticket ?? '';
    }),
  );
  await rest(arena, tickets[0] ?? '');
  const laid = await drawn.fault?.lay(arena, random, tickets);
  const striking = laid?.strike?.();
  // It is awaited below, after what it goes wrong with.
  striking?.catch(() => undefined);
  const { confirmAt } = laid ?? {};
  await Promise.all(
    drawn.orders.map((order, index) =>
      carryOut(
        arena,
        order,
        { ticket: tickets[index] ?? '', isNew: index > 0, confirmAt },
        new Random(drawn.seed * 31 + index),
      ),
    ),
  );
  if (!drawn.fault) await insist(arena, from, tickets);
  arena.log.say('over');
  await striking;
  const hit = laid?.hit() ?? true;
  await look(arena, from, tickets);
  await arena.heal(laid?.mend);
  const { healedAt, silent, restarted } = await settle(arena, from, resolveWithin, laid);
  const stuck = laid?.mend ? await goesOn(arena, drawn.seed, laid.mend) : [];
  const history = arena.history(from, {
    faults: drawn.fault === undefined ? [] : [drawn.fault.name],
    healedAt,
    resolveWithin,
    silent,
  });
  const states = arena.states(from);
  const unclear = new Set(
    history.calls.flatMap(({ told, about }) =>
      told?.state === 'unknown' || told?.state === 'submitting' ? [told.ticket ?? about ?? ''] : [],
    ),
  );
  // The gateway read it, or the exchange has it.
  const isSubmitted = history.ledger.received.length > 0 || history.ledger.orders.length > 0;
  return {
    plan: drawn,
    violations: [...check(history), ...unfit, ...stuck],
    hit: hit && isSubmitted,
    ends: countOf([...states.values()]),
    ambiguous: countOf([...states].filter(([ticket]) => unclear.has(ticket)).map(([, state]) => state)),
    afterRestart: restarted,
    ms: Date.now() - began,
  };
}

function countOf(states: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Has the first order at work before anything goes wrong, and nobody waiting for it any more. */
async function rest(arena: Arena, ticket: string): Promise<void> {
  await arena.traders[0].confirm(ticket);
  arena.log.say('over');
}

/** Nothing is wrong, so that whoever is told that something is away asks again: on a busy machine it can seem so. */
async function insist(arena: Arena, from: number, tickets: readonly string[]): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const states = arena.states(from);
    const open = tickets.filter((ticket) => states.get(ticket) === 'previewed');
    if (open.length === 0) return;
    await arena.works();
    await Promise.all(open.map((ticket) => arena.traders[0].confirm(ticket)));
  }
}

/** What a client sees that looks at once after an answer that it did not get, or that told nothing. */
async function look(arena: Arena, from: number, tickets: readonly string[]): Promise<void> {
  const states = arena.states(from);
  const unclear = tickets.filter((ticket) => ['previewed', 'unknown', 'submitting'].includes(states.get(ticket) ?? ''));
  await Promise.all(unclear.map((ticket) => arena.traders[0].status(ticket)));
}

/**
 * Waits until everything is known. What a living gateway has read and never answered may wait in a window there: then somebody
 * restarts the gateway, as its answer says.
 */
async function settle(arena: Arena, from: number, resolveWithin: number, laid: Laid | undefined) {
  const healedAt = Date.now();
  await arena.settle(from, resolveWithin);
  const silent = silentOf(arena, from);
  if (laid?.closes) {
    await arena.owner.closeUnknown(arena.undecided(from).map(([ticket]) => ticket));
    await arena.settle(from, resolveWithin);
    return { healedAt, silent: [], restarted: 0 };
  }
  if (silent.length === 0) return { healedAt, silent, restarted: 0 };
  // Long enough for the relay to find its port closed.
  await arena.simulator.restart({ downMs: 3_000 });
  await arena.heal();
  await arena.settle(from, resolveWithin);
  return { healedAt, silent: [], restarted: silent.length };
}

/** What is not known of which the gateway said nothing: orders, and changes of orders. */
function silentOf(arena: Arena, from: number): string[] {
  const { ledger, calls } = arena;
  const open = arena.undecided(from).map(([ticket]) => ticket);
  const changes = calls.flatMap(({ tool, about = '', told }) =>
    tool === 'modify' && open.includes(told?.ticket ?? '') && ledger.keptSilentOnChange(about)
      ? [told?.ticket ?? '']
      : [],
  );
  return [...ledger.silent(open), ...changes];
}

/**
 * An order goes through again: after what somebody had to mend, and before nothing goes wrong.
 * @param mend what they do once more where it does not
 */
async function goesOn(arena: Arena, seed: number, mend: () => Promise<void>): Promise<Violation[]> {
  const [, second] = arena.traders;
  const entry = { account, symbol: 'IBM', side: 'BUY', quantity: 1, type: 'MKT', tif: 'DAY' } as const;
  let told: Told | undefined;
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    told = await second.preview({ entry }, { requestId: `p-${seed}-${attempt}` });
    const ticket = told?.ticket;
    if (ticket !== undefined) told = await second.confirm(ticket);
    // It is filled at once; on a busy machine that is heard late.
    for (let asked = 0; ticket && told && isUnderWay(told) && asked < 20; asked += 1) {
      await delay(500);
      told = (await second.status(ticket)) ?? told;
    }
    if (told?.state === 'final' || told?.state === 'working' || told?.state === 'submitted') return [];
    // What has only just come back says so, and is asked again.
    await delay(2_000);
    await mend();
  }
  const what = `an order afterwards was told ${told?.state ?? told?.error ?? 'nothing'}: ${told?.words ?? ''}`;
  return [{ invariant: 'mended', what }];
}

const underWay: ReadonlySet<string | undefined> = new Set(['unknown', 'submitting', 'submitted', 'working']);
const isUnderWay = ({ state }: Told): boolean => underWay.has(state);

async function carryOut(
  arena: Arena,
  { wanted, manner, afterwards }: PlannedTicket,
  { ticket, isNew, confirmAt }: { ticket: string; isNew: boolean; confirmAt: number | undefined },
  random: Random,
): Promise<void> {
  const [first, second] = arena.traders;
  if (confirmAt !== undefined) await delay(Math.max(0, confirmAt + random.between(-60, 60) - Date.now()));
  if (isNew) await confirm(first, second, ticket, manner, random);
  if (afterwards === 'cancel') await first.cancel(ticket);
  if (afterwards !== 'modify' || wanted.entry.limitPrice === undefined) return;
  const limitPrice = Math.round(wanted.entry.limitPrice * 100 + 100) / 100;
  const changed = await first.modify(ticket, { ...wanted.entry, limitPrice });
  if (changed?.ticket) await confirm(first, second, changed.ticket, manner, random);
}

async function confirm(
  first: Trader,
  second: Trader,
  ticket: string,
  manner: PlannedTicket['manner'],
  random: Random,
): Promise<Told | undefined> {
  switch (manner) {
    case 'once':
      // Whoever gets no answer asks again.
      return (await first.confirm(ticket)) ?? first.confirm(ticket);
    case 'lost replies':
      for (let lost = 0; lost < 3; lost++) await first.confirm(ticket, { lose: random.pick([5, 40, 150, 600]) });
      return first.confirm(ticket);
    case 'two clients':
      return (await Promise.all([first.confirm(ticket), second.confirm(ticket)]))[0];
    case 'at once again':
      return (await Promise.all([first.confirm(ticket), first.confirm(ticket), first.confirm(ticket)]))[0];
  }
}
