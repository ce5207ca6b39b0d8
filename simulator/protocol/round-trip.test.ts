import { Decoder, type DecoderCallbacks } from '@stoqey/ib/dist/core/io/decoder.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodable, valuesFor } from '../../test/support/simulator/layout-values.ts';
import { decodeFields, encodeFields } from './codec.ts';
import type { Message } from './fields.ts';
import { golden } from './messages.cases.ts';
import { type ServerMessageName, serverMessages } from './messages.ts';
import { clientRequests } from './requests.ts';

const versions = Array.from({ length: 200 - 173 + 1 }, (_, index) => 173 + index);
/** For whom these are meant: TWS itself. The client has no parser for them. */
const internal: readonly ServerMessageName[] = [
  'verifyMessageApi',
  'verifyCompleted',
  'verifyAndAuthMessageApi',
  'verifyAndAuthCompleted',
];
/** From server version 196 and 197 on, which the client does not speak. */
const later: readonly ServerMessageName[] = ['historicalDataEnd', 'currentTimeInMillis'];
/** At 176 the client takes a completed order for a newer one and misses its allocation profile. */
const versionsReadOf = (name: ServerMessageName): number[] =>
  name === 'completedOrder' ? [178, 187, 193] : [176, 178, 187, 193];
const names = Object.keys(serverMessages) as ServerMessageName[];
const read = names.filter((name) => !internal.includes(name) && !later.includes(name));

describe('a message that the tables write', () => {
  const messages: readonly (readonly [string, Message])[] = [
    ...Object.entries(serverMessages),
    ...Object.entries(clientRequests),
  ];

  it.each(messages)('%s is what they read, at every server version', (_, message) => {
    fc.assert(
      fc.property(valuesFor(message.layout), fc.constantFrom(...versions), (values, version) => {
        const tokens = encodeFields(message, values, version);
        const decoded = decodeFields(message, tokens, version);
        for (const [field, text] of Object.entries(decoded.values)) expect(text).toBe(values[field]);
        for (const [field, rows] of Object.entries(decoded.rows)) {
          expect(rows).toHaveLength((values[field] as readonly unknown[]).length);
        }
        expect(encodeFields(message, encodable(decoded), version)).toEqual(tokens);
      }),
      { numRuns: 40 },
    );
  });
});

/** What the client's own decoder makes of a message: its complaints and the events it raises. */
function readByClient(tokens: string[], serverVersion: number): { complaints: string[]; events: unknown[][] } {
  const complaints: string[] = [];
  const events: unknown[][] = [];
  const callbacks: DecoderCallbacks = {
    serverVersion,
    emitEvent: (...event) => void events.push(event),
    emitError: (text, code, id) => void (code === 505 ? complaints.push(text) : events.push([text, code, id])),
    emitInfo: (...event) => void events.push(event),
  };
  const decoder = new Decoder(callbacks);
  decoder.enqueueMessage(tokens);
  decoder.process();
  return { complaints, events };
}

describe('an independent client', () => {
  it.each(read)('reads every field of %s and asks for no more', (name) => {
    const message: Message = serverMessages[name];
    fc.assert(
      fc.property(valuesFor(message.layout), fc.constantFrom(...versionsReadOf(name)), (values, version) => {
        const tokens = encodeFields(message, values, version);
        expect(readByClient(tokens, version).complaints).toEqual([]);
        // Each message is noticed, except lists without rows.
        const isEmptyList = name === 'scannerData' || name === 'historicalData';
        if (!isEmptyList) expect(readByClient(tokens, version).events.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it('notices a field too many and a field too few', () => {
    const tokens = encodeFields(serverMessages.orderStatus, {}, 193);
    expect(readByClient([...tokens, 'x'], 193).complaints[0]).toContain('unprocessed data');
    expect(readByClient(tokens.slice(0, -1), 193).complaints[0]).toContain('Underrun');
  });

  it('reads an open order as it was written', () => {
    const values = {
      ...golden.openOrder.values,
      orderId: 7,
      symbol: 'AAPL',
      lmtPrice: 270.5,
      status: 'Submitted',
      ocaType: 1,
      bondAccruedInterest: 'x',
      includeOvernight: true,
      extOperator: 'op',
      manualOrderIndicator: 3,
    };
    const [event] = readByClient(encodeFields(serverMessages.openOrder, values, 193), 193).events;
    expect(event?.slice(1)).toMatchObject([
      7,
      { symbol: 'AAPL', comboLegs: [{}] },
      {
        lmtPrice: 270.5,
        ocaType: 1,
        conditions: [{ type: 1 }, { type: 3 }, { type: 4 }, { type: 5 }, { type: 6 }, { type: 7 }],
        includeOvernight: true,
        extOperator: 'op',
        manualOrderIndicator: 3,
      },
      { status: 'Submitted' },
    ]);
  });
});
