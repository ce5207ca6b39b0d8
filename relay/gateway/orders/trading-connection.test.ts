import { expect, it } from 'vitest';
import type { ActingConnection } from '../connection/faces.ts';
import { OrderSender } from './trading-connection.ts';

/** A connection whose socket takes nothing until it is told to. */
function busySocket() {
  const written: string[] = [];
  let unsent = 1;
  const acting: ActingConnection = {
    act: async (messages, _, check) => {
      check?.();
      written.push(...messages.map(([name, id]) => `${name} ${String(id)}`));
    },
    unsentBytes: () => unsent,
    nextOrderId: () => 1,
    serverVersion: () => 193,
    reconnect: () => undefined,
  };
  const drain = () => {
    unsent = 0;
  };
  return { sender: new OrderSender(acting, () => 's1'), written, drain };
}

it('lets nothing overtake an order that waits for the socket: neither a higher order id, nor a cancel', async () => {
  const { sender, written, drain } = busySocket();
  const place = (requestId: number) =>
    sender.send({
      session: 's1',
      messages: [
        {
          type: 'exercise',
          requestId,
          exercise: {
            version: 1,
            kind: 'exercise',
            contract: { conId: 1, secType: 'OPT', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: 'AAPL' },
            account: 'DU1',
            action: 'exercise',
            quantity: '1',
            override: false,
          },
        },
      ],
      mayLeave: () => true,
    });
  const first = place(7);
  // The first has looked at the socket once, and looks again in a while.
  await new Promise((resolve) => setTimeout(resolve, 1));
  drain();
  const others = [place(8), sender.send({ session: 's1', messages: [{ type: 'cancel', orderId: 7 }] })];
  expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 3 }, () => ({ handedOver: true })));
  expect(written).toEqual(['exerciseOptions 7', 'exerciseOptions 8', 'cancelOrder 7']);
});
