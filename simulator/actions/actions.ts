import { Decimal } from 'decimal.js';
import { z } from 'zod';
import { type FarmName, farms } from '../faults/farms.ts';
import { ruleSchema } from '../faults/rules.ts';
import { bulletinBoard } from '../research/bulletins.ts';
import { bulletinSchema, changeResearch, researchSettingsSchema } from '../research/research-state.ts';
import type { Simulator } from '../server/server.ts';
import { fastest } from '../world/clock.ts';
import { enterOrder, manualOrder } from './manual-order.ts';

/** An action that cannot be done as things are; the message says why. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
}

const onOff = z.strictObject({ on: z.boolean().default(true) });
const nothing = z.strictObject({});
const milliseconds = z.number().int().min(0).max(86_400_000);
const clientId = z.number().int().min(0).optional();
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const price = z.number();
/** The newest working order when left out. */
const permId = z.number().int().optional();
const reason = z.string().max(1000).default('');
const text = z.string().max(2000);

const linkSettings = z.strictObject({
  bytesPerSecond: z.number().int().min(0).optional(),
  segments: z.union([z.enum(['whole', 'random']), z.number().int().min(1)]).optional(),
  gatherMs: z.number().int().min(0).max(10_000).optional(),
});

const orderFaultSettings = z.strictObject({
  permIdLater: z.boolean().optional(),
  anyClientCancels: z.boolean().optional(),
  keepsWhileLost: z.boolean().optional(),
  fillsFields: z.boolean().optional(),
  presetTif: z.enum(['DAY', 'GTC']).optional(),
  sizeLimit: z.number().positive().optional(),
});

const faultSettings = z.strictObject({
  handshake: z.enum(['answer', 'ignore', 'refuse']).optional(),
  withholdNextValidId: z.boolean().optional(),
  readOnlyApi: z.boolean().optional(),
  requestDelayMs: milliseconds.optional(),
  requestPacing: z.enum(['queue', 'reject', 'off']).optional(),
  clockSkewMs: z.number().int().optional(),
  announcedServerVersion: z.number().int().min(0).optional(),
  clientIdSticksMs: milliseconds.optional(),
  orderIdRollback: z.number().int().min(0).optional(),
});

interface Action<S extends z.ZodType = z.ZodType> {
  readonly description: string;
  readonly parameters: S;
  readonly run: (simulator: Simulator, parameters: z.output<S>) => unknown;
}

const action = <S extends z.ZodType>(description: string, parameters: S, run: Action<S>['run']): Action<S> => ({
  description,
  parameters,
  run,
});

function orderOf({ world }: Simulator, wanted: number | undefined) {
  const open = world.exchange.open();
  const order = wanted === undefined ? open.at(-1) : open.find((candidate) => candidate.permId === wanted);
  if (!order)
    throw new ActionError(wanted === undefined ? 'No order is working.' : `No working order has permId ${wanted}.`);
  return order;
}

function scripted(run: () => void): void {
  try {
    run();
  } catch (error) {
    throw new ActionError(error instanceof Error ? error.message : String(error));
  }
}

/** Everything that can be done to a running gateway, for the control API and for scenarios alike. */
export const actions = {
  'set-clock': action(
    'Sets the time, the speed, or lets the clock stand still; what is left out stays.',
    z.strictObject({
      at: instant.optional(),
      speed: z.number().positive().max(fastest).optional(),
      frozen: z.boolean().optional(),
    }),
    (simulator, settings) => simulator.setClock(settings as Parameters<Simulator['setClock']>[0]),
  ),
  'advance-clock': action(
    'Moves the world on at once, by milliseconds.',
    z.strictObject({
      ms: z
        .number()
        .int()
        .min(0)
        .max(366 * 86_400_000),
    }),
    (simulator, { ms }) => simulator.advanceClock(ms),
  ),
  'add-rule': action(
    'Makes something go wrong with single messages; answers with the rule’s id.',
    ruleSchema,
    (simulator, rule) => ({
      id: simulator.addRule(rule),
    }),
  ),
  'remove-rule': action('Removes one rule.', z.strictObject({ id: z.number().int() }), ({ faults }, { id }) => {
    if (!faults.rules.remove(id)) throw new ActionError(`There is no rule ${id}.`);
  }),
  'clear-rules': action('Removes all rules.', nothing, ({ faults }) => faults.rules.clear()),
  'set-faults': action(
    'Sets standing faults and API settings; what is left out stays.',
    faultSettings,
    ({ faults }, settings) => {
      Object.assign(faults, settings);
    },
  ),
  'set-link': action('How bytes travel to the clients; what is left out stays.', linkSettings, (simulator, settings) =>
    simulator.setLink(settings as Parameters<Simulator['setLink']>[0]),
  ),
  heal: action('A healthy gateway again: no faults, no rules, everything connected.', nothing, (simulator) =>
    simulator.heal(),
  ),
  'lose-connection': action('1100: the broker is out of reach.', nothing, ({ connectivity }) => connectivity.lose()),
  'restore-connection': action(
    '1101 when dataLost, otherwise 1102.',
    z.strictObject({ dataLost: z.boolean().default(false) }),
    ({ connectivity }, parameters) => connectivity.restore(parameters),
  ),
  'set-farm': action(
    'Breaks, idles or mends one data farm, with its message.',
    z.strictObject({
      farm: z.enum(Object.keys(farms) as [FarmName, ...FarmName[]]),
      state: z.enum(['ok', 'broken', 'inactive']),
    }),
    ({ connectivity }, { farm, state }) => connectivity.farm(farm, state),
  ),
  'competing-session': action('10197 and no quotes while it is on.', onOff, ({ connectivity }, { on }) =>
    connectivity.competingSession(on),
  ),
  'system-message': action(
    'Sends a message with id −1 to every client.',
    z.strictObject({ code: z.number().int(), text }),
    (simulator, { code, text: words }) => simulator.sendSystemMessage(code, words),
  ),
  'reset-depth': action(
    '317: the clients start their order books anew.',
    z.strictObject({ clientId }),
    (simulator, { clientId: id }) => simulator.resetDepth(id),
  ),
  'set-research': action(
    'News providers, Wall Street Horizon, fundamentals: what the login is subscribed to, and how often scans repeat.',
    researchSettingsSchema.partial(),
    ({ world }, settings) => changeResearch(world, settings as Parameters<typeof changeResearch>[1]),
  ),
  'publish-bulletin': action(
    'Tells everybody who listens to bulletins; answers with the bulletin.',
    bulletinSchema,
    ({ world }, bulletin) => bulletinBoard(world).publish(bulletin, world.now()),
  ),
  'drop-connections': action(
    'Closes the connection of one client, or of all.',
    z.strictObject({ clientId }),
    (simulator, { clientId: id }) => simulator.dropConnections(id),
  ),
  'half-open': action(
    'Leaves the connection of one client, or of all, half open.',
    z.strictObject({ clientId }),
    (simulator, { clientId: id }) => simulator.halfOpen(id),
  ),
  freeze: action('Sockets stay open, nothing is read or answered.', onOff, (simulator, { on }) => simulator.freeze(on)),
  'refuse-connections': action('Refuses new connections; those that exist stay.', onOff, (simulator, { on }) =>
    simulator.refuseConnections(on),
  ),
  restart: action(
    'Goes down with all connections and comes back after milliseconds of real time.',
    z.strictObject({ downMs: milliseconds.max(3_600_000).default(1000) }),
    (simulator, parameters) => void simulator.restart(parameters),
  ),
  'go-down': action('Goes down with all connections until it is told to come up.', nothing, (simulator) =>
    simulator.goDown(),
  ),
  'come-up': action('Accepts connections again.', nothing, (simulator) => simulator.listen()),
  'fill-order': action(
    'Fills a working order, whatever the market says; all that is left of it at its own or the given price.',
    z.strictObject({ permId, quantity: z.number().positive().optional(), price }),
    (simulator, { permId: id, quantity, price: at }) => {
      const order = orderOf(simulator, id);
      const units = quantity === undefined ? order.remaining : new Decimal(quantity);
      scripted(() => simulator.world.exchange.scripts.fill(order.permId, units, at));
    },
  ),
  'reject-order': action(
    'Rejects a working order: Inactive and 201.',
    z.strictObject({ permId, reason }),
    (simulator, { permId: id, reason: why }) =>
      scripted(() => simulator.world.exchange.scripts.reject(orderOf(simulator, id).permId, why)),
  ),
  'cancel-order': action(
    'Cancels a working order as the exchange does: 202.',
    z.strictObject({ permId, reason }),
    (simulator, { permId: id, reason: why }) =>
      scripted(() => simulator.world.exchange.scripts.cancel(orderOf(simulator, id).permId, why)),
  ),
  'correct-execution': action(
    'Corrects the price of an execution.',
    z.strictObject({ execId: z.string(), price }),
    ({ world }, { execId, price: at }) => scripted(() => world.exchange.scripts.correct(execId, at)),
  ),
  'halt-trading': action('Orders rest while it is on.', onOff, ({ world }, { on }) => world.exchange.scripts.halt(on)),
  'reject-next-order': action(
    'Rejects the next order with a code and a text.',
    z.strictObject({ code: z.number().int(), text }),
    ({ world }, { code, text: words }) => world.exchange.scripts.rejectNext(code, words),
  ),
  'edit-order': action(
    'Changes a working order as its owner does on the phone; its client is told.',
    z.strictObject({
      permId,
      quantity: z.number().positive().optional(),
      limitPrice: price.optional(),
      auxPrice: price.optional(),
      tif: z.enum(['DAY', 'GTC']).optional(),
    }),
    (simulator, { permId: id, quantity, limitPrice, auxPrice, tif }) =>
      scripted(() =>
        simulator.world.exchange.scripts.edit(orderOf(simulator, id).permId, {
          ...(quantity === undefined ? {} : { quantity: new Decimal(quantity) }),
          ...(limitPrice === undefined ? {} : { limitPrice }),
          ...(auxPrice === undefined ? {} : { auxPrice }),
          ...(tif === undefined ? {} : { tif }),
        }),
      ),
  ),
  'set-inactive': action(
    'Holds a working order back as Inactive, with no answer to its cancel; off lets it go on.',
    z.strictObject({ permId, on: z.boolean().default(true) }),
    (simulator, { permId: id, on }) =>
      scripted(() => simulator.world.exchange.scripts.setInactive(orderOf(simulator, id).permId, on)),
  ),
  'set-order-faults': action(
    'Sets what the gateway does to orders of its own accord; what is left out stays.',
    orderFaultSettings,
    ({ faults }, settings) => {
      Object.assign(faults.orders, settings);
    },
  ),
  'fork-next-change': action(
    'The next change of an order makes a second order under the same id.',
    nothing,
    ({ faults }) => {
      faults.orders.forksNextChange = true;
    },
  ),
  'open-window': action(
    'The next order waits in a window without a word, and those behind it are dropped.',
    nothing,
    ({ faults }) => faults.orders.openWindow(),
  ),
  'answer-window': action(
    'Somebody answers the window: what waits in it goes on, or is forgotten.',
    z.strictObject({ accept: z.boolean().default(true) }),
    ({ faults }, { accept }) => faults.orders.answerWindow(accept),
  ),
  'forget-order-ids': action(
    'Order ids begin anew, and those used before are taken for new orders; open orders have none.',
    nothing,
    ({ world }) => world.exchange.scripts.forgetIds(),
  ),
  'lose-untransmitted': action('Loses the orders that wait for the last one of their bracket.', nothing, ({ world }) =>
    world.exchange.scripts.loseUntransmitted(),
  ),
  'enter-order': action(
    'Enters an order at the gateway by hand; answers with its permId.',
    manualOrder,
    (simulator, order) => {
      let entered: { permId: number } | undefined;
      scripted(() => {
        entered = enterOrder(simulator.world, order);
      });
      return entered;
    },
  ),
} as const;

export type ActionName = keyof typeof actions;
export type ActionParameters<N extends ActionName> = z.input<(typeof actions)[N]['parameters']>;

export const actionNames = Object.keys(actions) as [ActionName, ...ActionName[]];

/**
 * Does one action. The parameters are validated first.
 * @throws {z.ZodError} when the parameters do not fit
 * @throws {ActionError} when it cannot be done as things are
 */
export async function perform(simulator: Simulator, name: ActionName, parameters: unknown): Promise<unknown> {
  const chosen: Action = actions[name];
  return (await chosen.run(simulator, chosen.parameters.parse(parameters ?? {}))) ?? null;
}
