import { EventName } from '@stoqey/ib';
import { keepSizeWithPrice } from './price-with-size.ts';
import type { Wire } from './wire.ts';

export function subscribeMarketDataEvents(wire: Wire): void {
  subscribeTicks(wire);
  subscribeTickByTick(wire);
  subscribeDepth(wire);
}

function subscribeTicks({ ib, guarded, answer }: Wire): void {
  keepSizeWithPrice(ib);
  ib.on(
    EventName.tickPrice,
    guarded((id: number, field: number, value: number, size: unknown) =>
      answer(id, { type: 'tick', field, value, size: size as number | undefined }),
    ),
  );
  ib.on(
    EventName.tickSize,
    guarded((id, field, value) => {
      if (field !== undefined) answer(id, { type: 'tick', field, value });
    }),
  );
  ib.on(
    EventName.tickGeneric,
    guarded((id, field, value) => answer(id, { type: 'tick', field, value })),
  );
  ib.on(
    EventName.tickString,
    guarded((id, field, value) => answer(id, { type: 'tick', field, value })),
  );
  ib.on(
    EventName.tickOptionComputation,
    guarded((id, field, _attribute, iv, delta, price, _dividend, gamma, vega, theta, underlying) =>
      answer(id, { type: 'option-tick', field, iv, delta, price, gamma, vega, theta, underlying }),
    ),
  );
  ib.on(
    EventName.marketDataType,
    guarded((id, value) => answer(id, { type: 'market-data-type', value })),
  );
  ib.on(
    EventName.tickSnapshotEnd,
    guarded((id: number) => answer(id, { type: 'snapshot-end' })),
  );
}

function subscribeTickByTick({ ib, guarded, answer }: Wire): void {
  ib.on(
    EventName.tickByTickAllLast,
    guarded((id, _kind, time, price, size, _attributes, exchange) =>
      answer(id, { type: 'trade-tick', time: Number(time), price, size, exchange }),
    ),
  );
  ib.on(
    EventName.tickByTickBidAsk,
    guarded((id, time, bid, ask, bidSize, askSize) =>
      answer(id, { type: 'quote-tick', time, bid, ask, bidSize, askSize }),
    ),
  );
  ib.on(
    EventName.tickByTickMidPoint,
    guarded((id, time, price) => answer(id, { type: 'midpoint-tick', time, price })),
  );
}

function subscribeDepth({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.updateMktDepth,
    guarded((id, position, operation, side, price, size) =>
      answer(id, { type: 'depth', position, operation, side, price, size }),
    ),
  );
  ib.on(
    EventName.updateMktDepthL2,
    guarded((id, position, marketMaker, operation, side, price, size) =>
      answer(id, { type: 'depth', position, operation, side, price, size, marketMaker }),
    ),
  );
  ib.on(
    EventName.mktDepthExchanges,
    guarded((exchanges) => broadcast({ type: 'depth-exchanges', exchanges })),
  );
}
