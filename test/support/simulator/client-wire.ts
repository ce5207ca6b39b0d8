import { type Order as ClientOrder, type Contract, EventName, type OrderState } from '@stoqey/ib';
import { Decoder } from '@stoqey/ib/dist/core/io/decoder.js';
import { Encoder } from '@stoqey/ib/dist/core/io/encoder.js';
import type { WireFields } from '../../../simulator/exchange/model.ts';
import { decodeFields, encodeFields } from '../../../simulator/protocol/codec.ts';
import { type ServerMessageValues, serverMessages } from '../../../simulator/protocol/messages.ts';
import { clientRequests } from '../../../simulator/protocol/requests.ts';

/** What a real client reads and writes, without a connection: for tests. */

const testedVersion = 193;

const fail = (text: string): never => {
  throw new Error(text);
};

const write = (token: unknown): string => {
  if (typeof token === 'boolean') return token ? '1' : '0';
  return token === undefined || token === null ? '' : String(token);
};

/** The fields of what a client sends, the message's id first. @throws when it sends nothing */
export function sentBy(send: (encoder: Encoder) => void, serverVersion = testedVersion): string[] {
  let tokens: string[] | undefined;
  const sendMsg = (...sent: unknown[]) => {
    tokens = sent.flat(5).map(write);
  };
  send(new Encoder({ serverVersion, sendMsg, emitError: fail }));
  return tokens ?? fail('nothing was sent');
}

/** The fields of a placeOrder request as a client writes it. */
export function placed(order: ClientOrder, contract: Contract, serverVersion = testedVersion): WireFields {
  const tokens = sentBy((encoder) => encoder.placeOrder(order.orderId ?? 1, contract, order), serverVersion);
  return decodeFields(clientRequests.placeOrder, tokens, serverVersion);
}

export interface ReceivedOrder {
  readonly contract: Contract;
  readonly order: ClientOrder;
  readonly state: OrderState;
}

/** An openOrder message as a client reads it. @throws when anything is missing or left over */
export function received(values: ServerMessageValues<'openOrder'>, serverVersion = testedVersion): ReceivedOrder {
  const tokens = encodeFields(serverMessages.openOrder, values, serverVersion);
  const [, contract, order, state] = read(EventName.openOrder, tokens, serverVersion);
  return { contract, order, state } as ReceivedOrder;
}

/**
 * A completedOrder message as a client reads it. @throws when anything is missing or left over
 * @param as what the client makes of the message before it reads it
 */
export function receivedCompleted(
  values: ServerMessageValues<'completedOrder'>,
  version = testedVersion,
  as = (tokens: readonly string[]): readonly string[] => tokens,
): ReceivedOrder {
  const tokens = as(encodeFields(serverMessages.completedOrder, values, version));
  const [contract, order, state] = read(EventName.completedOrder, [...tokens], version);
  return { contract, order, state } as ReceivedOrder;
}

function read(event: EventName, tokens: string[], serverVersion = testedVersion): unknown[] {
  const seen: unknown[][] = [];
  const decoder = new Decoder({
    serverVersion,
    emitEvent: (name, ...values) => {
      if (name === event) seen.push(values);
    },
    emitError: fail,
    emitInfo: () => {},
  });
  decoder.enqueueMessage(tokens);
  decoder.process();
  return seen[0] ?? fail(`no ${event} was read`);
}
