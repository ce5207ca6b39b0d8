import type { Supervisor } from './supervisor.ts';

/**
 * What those who read are given of the connection: questions, subscriptions and news of it. It cannot be steered with
 * it, and what it hands to a `send` can only ask.
 */
export type DataConnection = Pick<
  Supervisor,
  | 'ask'
  | 'assertReady'
  | 'dataIsLive'
  | 'gatewayZone'
  | 'onBroadcast'
  | 'onInterrupted'
  | 'onRestore'
  | 'onReview'
  | 'openStream'
  | 'ready'
  | 'request'
  | 'send'
  | 'sendSoon'
  | 'serverTime'
  | 'status'
>;

export function dataConnection(supervisor: Supervisor): DataConnection {
  return Object.freeze<DataConnection>({
    get ready() {
      return supervisor.ready;
    },
    ask: (spec, signal) => supervisor.ask(spec, signal),
    assertReady: () => supervisor.assertReady(),
    dataIsLive: () => supervisor.dataIsLive(),
    gatewayZone: () => supervisor.gatewayZone(),
    onBroadcast: (listener) => supervisor.onBroadcast(listener),
    onInterrupted: (listener) => supervisor.onInterrupted(listener),
    onRestore: (listener) => supervisor.onRestore(listener),
    onReview: (listener) => supervisor.onReview(listener),
    openStream: (spec) => supervisor.openStream(spec),
    request: (spec, signal) => supervisor.request(spec, signal),
    send: (lane, send, signal) => supervisor.send(lane, send, signal),
    sendSoon: (send) => supervisor.sendSoon(send),
    serverTime: () => supervisor.serverTime(),
    status: () => supervisor.status(),
  });
}
