import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maxAlerts } from '../alerts/alert.ts';
import { alertsStatusSchema, alertsSync, maxPendingFirings } from '../alerts/sync.ts';
import { approversOffer, approversStatusSchema, maxApprovers, maxRevoked } from '../approvers/offer.ts';
import { findTool } from '../tools/index.ts';
import { closeCodes } from './close-codes.ts';
import { credentialScheme } from './credential.ts';
import { encodeFrame, features, maxBodyBytes, parseHubFrame, parseRelayFrame } from './frames.ts';
import { eventsInFlight, resendEventsMs } from './outbox.ts';
import { createRelay } from './relay.ts';

const page = readFileSync(new URL('../../docs/tunnel-protocol.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json (\w+)\n([\s\S]*?)```/g)].map(([, sender = '', text = '']) => ({
  sender,
  text,
}));

/** Without spaces between tokens, as on the wire. */
const compact = (text: string) => JSON.stringify(JSON.parse(text));

const { clockEveryMs } = createRelay({ relay: { name: 'attic', version: '1' }, bootId: 'b' }).config;

describe('docs/tunnel-protocol.md', () => {
  it.each(examples)('shows a frame that the other end accepts: $text', ({ sender, text }) => {
    const parsed = sender === 'hub' ? parseHubFrame(text) : parseRelayFrame(text);
    if (parsed.kind !== 'frame') throw new Error(JSON.stringify(parsed));
    // Nothing was stripped or changed: the page shows no field that the schema does not know.
    expect(JSON.parse(encodeFrame(parsed.frame))).toEqual(JSON.parse(compact(text)));
  });

  it('shows every frame of both ends', () => {
    const shown = examples.map(({ sender, text }) => `${sender} ${/"t": "(\w+)"/.exec(text)?.[1]}`);
    expect(new Set(shown)).toEqual(
      new Set([
        ...['hello', 'progress', 'chunk', 'result', 'status', 'accepted', 'refused', 'event', 'clock', 'error'].map(
          (type) => `relay ${type}`,
        ),
        ...['welcome', 'call', 'ack', 'cancel', 'credit', 'instruct', 'taken', 'clock', 'error'].map(
          (type) => `hub ${type}`,
        ),
      ]),
    );
  });

  it('marks the sender of every JSON example', () => {
    expect([...page.matchAll(/```json/g)]).toHaveLength(examples.length);
    expect(new Set(examples.map(({ sender }) => sender))).toEqual(new Set(['hub', 'relay']));
  });

  it('calls operations that there are, with arguments that they take', () => {
    const calls = examples.map(({ text }) => JSON.parse(text)).filter(({ t }) => t === 'call');
    expect(calls.length).toBeGreaterThan(1);
    for (const { op, args } of calls) {
      const operation = [alertsSync, approversOffer].find(({ name }) => name === op) ?? findTool(op);
      expect(operation?.input.safeParse(args).success, op).toBe(true);
    }
  });

  it('shows the exchange about alerts as it is', () => {
    const frames = examples.map(({ text }) => JSON.parse(text) as Record<string, Record<string, unknown>>);
    const call = frames.find(({ op }) => String(op) === alertsSync.name);
    const answer = frames.find(({ value }) => value?.firings !== undefined);
    const status = frames.find(({ status: told }) => told?.alerts !== undefined);
    expect(alertsSync.input.parse(call?.args)).toEqual(call?.args);
    expect(alertsSync.output.parse(answer?.value)).toEqual(answer?.value);
    expect(alertsStatusSchema.parse(status?.status?.alerts)).toEqual(status?.status?.alerts);
    expect(page).toContain(`At most ${maxAlerts} alerts and ${maxPendingFirings} firings`);
  });

  it('shows the exchange about keys that approve as it is', () => {
    const frames = examples.map(({ text }) => JSON.parse(text) as Record<string, Record<string, unknown>>);
    const call = frames.find(({ op }) => String(op) === approversOffer.name);
    const status = frames.find(({ status: told }) => told?.approvers !== undefined);
    expect(approversOffer.input.parse(call?.args)).toEqual(call?.args);
    expect(approversStatusSchema.parse(status?.status?.approvers)).toEqual(status?.status?.approvers);
    expect(page).toContain(`At most ${maxApprovers} keys and ${maxRevoked} that were removed`);
  });

  it('states the bounds of what goes beyond calls as they are', () => {
    expect(page).toContain(`at most ${maxBodyBytes.toLocaleString('en')} bytes. The tunnel does not look inside`);
    expect(page).toContain(`at most ${eventsInFlight} at once`);
    expect(page).toContain(`not taken within ${resendEventsMs / 1_000} seconds`);
    expect(page).toContain(`told for ${clockEveryMs / 60_000} minutes`);
    for (const name of Object.values(features)) expect(page).toContain(`"${name}"`);
  });

  it('lists every close code and the credential', () => {
    for (const code of Object.values(closeCodes)) expect(page).toContain(`\`${code}\``);
    expect(page).toContain(`Authorization: ${credentialScheme} v1.`);
  });
});
