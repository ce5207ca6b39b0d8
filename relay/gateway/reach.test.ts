import { readdirSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { IBApi } from '@stoqey/ib';
import { afterEach, describe, expect, it } from 'vitest';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { startSimulator } from '../../simulator/index.ts';
import { connectTo } from '../../test/support/connection.ts';
import { relayCases } from '../../test/support/load-cases.ts';
import { TestRelay } from '../../test/support/relay.ts';
import { createToolRunner } from '../tools/run-tool.ts';
import type { ToolContext } from '../tools/support/tool.ts';
import { actingRequests, type DataLink, readingRequests } from './connection/faces.ts';
import { Link } from './connection/link.ts';
import { Supervisor } from './connection/supervisor.ts';
import { MarketClock } from './time/market-clock.ts';

/** What a tool can reach and send: nothing that acts, in types, by reflection, and on the wire. */

const modes = ['read-only', 'paper'] as const;
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** What no object may have that a tool can reach. */
const forbiddenKeys: ReadonlySet<PropertyKey> = new Set([
  ...actingRequests,
  'replaceFA',
  'act',
  'takeActing',
  'openStream',
  'encoder',
]);
const forbiddenClasses = [IBApi, Socket, Link, Supervisor];

/** The paths, as `gateway.orders`, to everything forbidden that reflection finds from an object. */
function findings(root: object): { found: string[]; visited: number } {
  const found: string[] = [];
  const seen = new Set<object>([root]);
  const queue: { value: object; path: string }[] = [{ value: root, path: '' }];
  const push = (value: unknown, path: string): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    queue.push({ value, path });
  };
  for (let entry = queue.pop(); entry; entry = queue.pop()) {
    const { value, path } = entry;
    if (forbiddenClasses.some((each) => value instanceof each)) found.push(path);
    if (value instanceof Map)
      for (const [key, item] of value) for (const each of [key, item]) push(each, `${path}<Map>`);
    if (value instanceof Set) for (const each of value) push(each, `${path}<Set>`);
    // A getter of a prototype answers for the object that inherits it.
    for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder)) {
      push(holder, `${path}.__proto__`);
      if (ArrayBuffer.isView(holder)) continue;
      for (const key of Reflect.ownKeys(holder)) {
        const name = `${path}.${String(key)}`;
        if (forbiddenKeys.has(key)) found.push(name);
        const { get, value: held } = Reflect.getOwnPropertyDescriptor(holder, key) ?? {};
        push(get, name);
        if (!get) push(held, name);
        else if (!isPrototype(value))
          push(
            quietly(() => Reflect.apply(get, value, [])),
            name,
          );
      }
    }
  }
  return { found, visited: seen.size };
}

/** Getters of a prototype are for what inherits it. */
function isPrototype(value: object): boolean {
  return Object.hasOwn(value, 'constructor');
}

function quietly(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What a tool of a connected relay is given, after the relay has been used. */
async function toolContext(trading: (typeof modes)[number]): Promise<ToolContext> {
  const relay = await TestRelay.start({}, { trading, idleLineMs: 60_000 });
  open.push(() => relay.stop());
  await relay.read(getQuotes, { contracts: ['AAPL'] });
  await relay.gateway.accounts.positions();
  let context: ToolContext | undefined;
  const probe = {
    name: 'probe',
    definition: { timeoutMs: 5_000 } as never,
    offline: false,
    run: async (_args: unknown, given: ToolContext) => {
      context = given;
      return {};
    },
  };
  const { gateway, records, logger } = relay;
  const config = { relayName: 'home', trading };
  await createToolRunner({ gateway, config, records, version: '0', logger, operations: [probe] })('probe', {});
  if (!context) throw new Error('The probe was not called.');
  return context;
}

describe('reflection', () => {
  it.each(modes)('finds nothing that acts from a tool’s context, in a relay that is %s', async (trading) => {
    const context = await toolContext(trading);
    expect(context.gateway.orders.canTrade).toBe(trading === 'paper');
    const { found, visited } = findings(context);
    expect(found).toEqual([]);
    expect(visited).toBeGreaterThan(200);
  });

  it('finds nothing but one function from what a request is sent with', async () => {
    const sim = await startSimulator();
    open.push(() => sim.close());
    const { data, supervisor } = await connectTo(sim, { mayAct: true });
    open.push(() => supervisor.stop());
    let given: DataLink | undefined;
    await data.send('interactive', (link) => {
      given = link;
    });
    expect(Reflect.ownKeys(given ?? {})).toEqual(['call']);
    expect(findings(given ?? {}).found).toEqual([]);
  });

  it('would find it behind symbols, maps, getters and prototypes', () => {
    class Hidden {
      readonly #api = new IBApi({ host: '127.0.0.1', port: 1, clientId: 1 });
      get name() {
        return new Map([[{}, new Set([this.#api])]]);
      }
    }
    expect(findings({ [Symbol('x')]: new Hidden() }).found).not.toEqual([]);
    expect(findings({ f: Object.assign(() => 0, { placeOrder: 1 }) }).found).toEqual(['.f.placeOrder']);
    expect(findings(new Supervisor({} as never, {} as never, new MarketClock())).found).not.toEqual([]);
  });
});

describe('the wire', () => {
  /** How the protocol calls what the library calls otherwise. */
  const spelling: Readonly<Record<string, string>> = {
    requestFA: 'requestFa',
    reqCancelWshMetaData: 'cancelWshMetaData',
    reqCancelWshEventData: 'cancelWshEventData',
  };
  const readable = new Set(['startApi', ...readingRequests.map((name) => spelling[name] ?? name)]);

  it.each(modes)(
    'carries nothing that acts, whichever tool is called, of a relay that is %s',
    async (trading) => {
      const relay = await TestRelay.start({}, { trading });
      open.push(() => relay.stop());
      relay.config = { trading };
      for (const [name, { badInput }] of relayCases) {
        await relay.execute(name, badInput.good, { timeoutMs: 10_000 }).catch(() => undefined);
      }
      const names = relay.sim.received.map((request) => request.name);
      // The simulator remembers a thousand.
      expect(names.length).toBeLessThan(1_000);
      expect(new Set(names).size).toBeGreaterThan(25);
      expect(names.filter((name) => !readable.has(name))).toEqual([]);
    },
    120_000,
  );

  it('carries nothing whose name is not in the list of what reads, and what acts only where it may', async () => {
    const sim = await startSimulator();
    open.push(() => sim.close());
    const { data, supervisor } = await connectTo(sim);
    open.push(() => supervisor.stop());
    const names = [...actingRequests, 'replaceFA', 'connect', 'disconnect', 'emit', 'constructor', 'controller'];
    for (const name of [...names, { toString: () => 'reqCurrentTime' }]) {
      const work = data.send('interactive', (link) => link.call(name as 'reqCurrentTime'));
      await expect(work, String(name)).rejects.toThrow('cannot be sent from here');
    }
    expect(() => supervisor.takeActing()).toThrow('for reading only');
    await data.ask({
      what: 'family codes',
      lane: 'interactive',
      deadlineMs: 2_000,
      send: (link) => link.call('reqFamilyCodes'),
      onBroadcast: (message, finish) => message.type === 'family-codes' && finish(undefined),
    });
    expect(sim.received.map(({ name }) => name)).toEqual(['startApi', 'reqCurrentTime', 'reqFamilyCodes']);
  });
});

describe('types', () => {
  /** Never called: `npm run types` fails when a line below that must not compile does. */
  const impossible = (context: ToolContext, link: DataLink): unknown => [
    // @ts-expect-error a tool has no connection
    context.gateway.supervisor,
    // @ts-expect-error nor one under another name
    context.gateway.connection,
    // @ts-expect-error nor what the desks ask with
    context.gateway.contracts.request,
    // @ts-expect-error nor what acts
    context.gateway.orders.acting,
    // @ts-expect-error and orders do not hand it out
    context.gateway.orders.act,
    // @ts-expect-error what a request is sent with cannot place an order
    link.call('placeOrder', 1, {}, {}),
    // @ts-expect-error nor cancel all of them
    link.call('reqGlobalCancel'),
    // @ts-expect-error nor rewrite an advisor's groups
    link.call('replaceFA', 1, 1, ''),
    // @ts-expect-error nor take over what a person entered
    link.call('reqAutoOpenOrders', true),
    // @ts-expect-error nor act
    link.act([['reqGlobalCancel']]),
  ];

  it('are what the compiler holds', () => expect(impossible).toBeTypeOf('function'));
});

describe('words', () => {
  const relay = join(import.meta.dirname, '..');
  const files = readdirSync(relay, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  const sayers = (word: RegExp, allowed: (file: string) => boolean) =>
    files.filter((file) => !allowed(file) && word.test(readFileSync(join(relay, file), 'utf8')));

  it('that act are said by orders and by the list of requests only', () => {
    const word = /placeOrder|cancelOrder|reqGlobalCancel|exerciseOptions|replaceFA|reqAutoOpenOrders|reqOpenOrders/;
    const allowed = (file: string) => file.startsWith('gateway/orders/') || file === 'gateway/connection/faces.ts';
    expect(files.length).toBeGreaterThan(150);
    expect(sayers(word, allowed)).toEqual([]);
    expect(sayers(word, () => false)).toContain('gateway/connection/faces.ts');
  });

  it('for the codec and its connection are said by the room of the connection and by the gateway only', () => {
    const inConnection = (file: string) => file.startsWith('gateway/connection/');
    expect(
      sayers(/\bIBApi(Next)?\b|\btakeActing\b/, (file) => inConnection(file) || file.startsWith('gateway/orders/')),
    ).toEqual([]);
    expect(sayers(/\bnew (Supervisor|Link)\b/, (file) => inConnection(file) || file === 'gateway/index.ts')).toEqual(
      [],
    );
    // The doctor looks whether the gateway's port is open; health and the commands at home are servers of their own.
    const others = /^(commands\/(diagnosis|health)|control\/control-socket)\.ts$/;
    const sockets = (file: string) => inConnection(file) || others.test(file);
    expect(sayers(/from 'node:(net|tls)'/, sockets)).toEqual([]);
  });

  it('that read are each sent by some desk', () => {
    const desks = files.filter((file) => file.startsWith('gateway/') && file !== 'gateway/connection/faces.ts');
    const source = desks.map((file) => readFileSync(join(relay, file), 'utf8')).join('\n');
    expect(readingRequests.filter((name) => !source.includes(`'${name}'`))).toEqual([]);
  });
});
