import { beforeEach, describe, expect, it } from 'vitest';
import { fridayNoon } from '../../test/support/simulator/client.ts';
import { Request, type RequestName } from '../protocol/requests.ts';
import { researchSettings } from '../research/settings.ts';
import type { ClientSession } from '../session/client-session.ts';
import { Subscriptions } from '../session/subscriptions.ts';
import { silent } from '../world/logger.ts';
import { createWorld, type World } from '../world/world.ts';
import { fundamentalsHandlers } from './fundamentals.ts';
import type { Context, Handlers } from './handler.ts';
import { newsHandlers } from './news.ts';
import { scannerHandlers } from './scanner.ts';
import { verifyHandlers } from './verify.ts';
import { wshHandlers } from './wsh.ts';

const handlers: Handlers = {
  ...wshHandlers,
  ...newsHandlers,
  ...fundamentalsHandlers,
  ...scannerHandlers,
  ...verifyHandlers,
};

let world: World;
let subscriptions: Subscriptions;
let sent: { readonly name: string; readonly values: unknown }[];
let context: Context;

beforeEach(() => {
  world = createWorld({ seed: 1, accounts: ['DU1'], clock: () => new Date(fridayNoon), enforcePacing: false });
  subscriptions = new Subscriptions();
  sent = [];
  const session = {
    subscriptions,
    congested: false,
    send: (name: string, values: unknown) => sent.push({ name, values }),
    sendError: (reqId: number, code: number, text: string) =>
      sent.push({ name: 'error', values: { reqId, code, text } }),
  } as unknown as ClientSession;
  context = {
    session,
    world,
    log: silent,
    sessions: () => [session],
    sendNextValidId: () => {},
    subscribe: (subscription) => subscriptions.add(subscription, 0),
  };
});

/** Hands a request to its handler, and gives what was sent because of it. */
function ask(name: RequestName, values: Record<string, string> = {}) {
  sent = [];
  const handler = handlers[name] as ((context: Context, request: Request) => void) | undefined;
  handler?.(context, new Request(name, { values: { reqId: '1', ...values }, rows: {} }));
  return sent;
}

const error = (code: number) => [{ name: 'error', values: expect.objectContaining({ code }) }];
const apple = { conId: '265598', secType: 'STK' };

describe('what the login is not subscribed to', () => {
  it('is refused: the corporate calendar, in two ways', () => {
    researchSettings(world).wsh = 'notOffered';
    expect(ask('reqWshMetaData')).toEqual(error(10276));
    expect(ask('reqWshEventData', { conId: '265598' })).toEqual(error(10276));
    researchSettings(world).wsh = 'unsubscribed';
    expect(ask('reqWshMetaData')).toEqual(error(10277));
    researchSettings(world).wsh = 'subscribed';
    expect(ask('reqWshMetaData')).toMatchObject([{ name: 'wshMetaData' }]);
  });

  it('is refused: news of a provider, which is then not listed either', () => {
    researchSettings(world).news = new Set(['BZ']);
    expect(ask('reqNewsProviders')).toEqual([
      { name: 'newsProviders', values: { providers: [{ code: 'BZ', name: 'Benzinga Pro' }] } },
    ]);
    expect(ask('reqHistoricalNews', { conId: '265598', providerCodes: 'BZ+BRFG' })).toEqual(error(10276));
  });

  it('is refused, or not answered at all: fundamental data, by the age of the gateway', () => {
    const settings = researchSettings(world);
    const asked = { ...apple, reportType: 'ReportRatios' };
    expect(ask('reqFundamentalData', asked)).toMatchObject([{ name: 'fundamentalData' }]);
    settings.fundamentals = 'current';
    expect(ask('reqFundamentalData', asked)).toEqual(error(430));
    expect(ask('reqFundamentalData', { ...apple, reportType: 'RESC' })).toMatchObject([{ name: 'fundamentalData' }]);
    settings.fundamentals = 'notAllowed';
    expect(ask('reqFundamentalData', asked)).toEqual(error(10358));
    settings.fundamentals = 'removed';
    expect(ask('reqFundamentalData', asked)).toEqual([]);
  });

  it('does not concern other worlds', () => {
    researchSettings(world).wsh = 'notOffered';
    const other = createWorld({ seed: 1, accounts: ['DU1'], clock: () => new Date(fridayNoon), enforcePacing: false });
    expect(researchSettings(other).wsh).toBe('subscribed');
  });
});

describe('a scan', () => {
  it('is answered again after every interval until it is cancelled', () => {
    researchSettings(world).scanIntervalMs = 500;
    ask('reqScannerSubscription', { instrument: 'STK', locationCode: 'STK.US', scanCode: 'MOST_ACTIVE' });
    const rows = () => sent.filter(({ name }) => name === 'scannerData').length;
    expect(rows()).toBe(1);
    subscriptions.update(499, fridayNoon);
    expect(rows()).toBe(1);
    subscriptions.update(500, fridayNoon);
    subscriptions.update(1000, fridayNoon);
    expect(rows()).toBe(3);
    expect(ask('cancelScannerSubscription')).toEqual(error(162));
    subscriptions.update(1500, fridayNoon);
    expect(rows()).toBe(0);
  });
});

describe('a program that wants to be verified', () => {
  it('is told that it is not', () => {
    expect(ask('verifyRequest')).toMatchObject([{ name: 'verifyCompleted', values: { isSuccessful: 'false' } }]);
    expect(ask('verifyAndAuthMessage')).toMatchObject([
      { name: 'verifyAndAuthCompleted', values: { isSuccessful: 'false' } },
    ]);
  });
});
