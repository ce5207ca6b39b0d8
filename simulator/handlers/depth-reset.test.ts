import { describe, expect, it } from 'vitest';
import { fridayNoon } from '../../test/support/simulator/client.ts';
import { Request } from '../protocol/requests.ts';
import type { ClientSession } from '../session/client-session.ts';
import { Subscriptions } from '../session/subscriptions.ts';
import { silent } from '../world/logger.ts';
import { createWorld } from '../world/world.ts';
import { depthHandlers, resetMarketDepth } from './depth.ts';
import { deleteOperation, insert } from './depth-book.ts';
import type { Context } from './handler.ts';

interface Sent {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A session that remembers what it was to send, and a context for it. */
function recording(): { session: ClientSession; context: Context; sent: Sent[] } {
  const sent: Sent[] = [];
  const recorder = {
    subscriptions: new Subscriptions(),
    congested: false,
    send: (name: string, values: Sent['values']) => sent.push({ name, values }),
    sendError: (reqId: number, code: number) => sent.push({ name: 'error', values: { reqId, code } }),
  };
  const session = recorder as unknown as ClientSession;
  const clock = () => new Date(fridayNoon);
  const context: Context = {
    session,
    world: createWorld({ seed: 1, accounts: ['DU1'], clock, enforcePacing: false }),
    log: silent,
    sessions: () => [session],
    sendNextValidId: () => {},
    subscribe: (subscription) => session.subscriptions.add(subscription, 0),
  };
  return { session, context, sent };
}

const request = (name: 'reqMktDepth' | 'cancelMktDepth', values: Record<string, string>) =>
  new Request(name, { values, rows: {} });
const book = { reqId: '1', conId: '265598', exchange: 'ARCA', numRows: '4', isSmartDepth: '0' };

describe('a reset of market depth', () => {
  it('announces itself and sends every row anew', () => {
    const { session, context, sent } = recording();
    depthHandlers.reqMktDepth?.(context, request('reqMktDepth', book));
    const before = sent.splice(0);
    expect(before).toHaveLength(8);
    resetMarketDepth(session, fridayNoon);
    expect(sent[0]).toEqual({ name: 'error', values: { reqId: 1, code: 317 } });
    expect(sent.slice(1)).toEqual(before);
    expect(sent.slice(1).every(({ values }) => values.operation === insert)).toBe(true);
  });

  it('says nothing about books that are cancelled', () => {
    const { session, context, sent } = recording();
    depthHandlers.reqMktDepth?.(context, request('reqMktDepth', book));
    depthHandlers.cancelMktDepth?.(context, request('cancelMktDepth', { reqId: '1' }));
    sent.length = 0;
    resetMarketDepth(session, fridayNoon);
    expect(sent).toEqual([]);
  });

  it('leaves the following changes to the new book', () => {
    const { session, context, sent } = recording();
    depthHandlers.reqMktDepth?.(context, request('reqMktDepth', book));
    resetMarketDepth(session, fridayNoon);
    sent.length = 0;
    session.subscriptions.update(1, fridayNoon + 5000);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.every(({ values }) => values.operation !== insert && values.operation !== deleteOperation)).toBe(true);
  });
});
