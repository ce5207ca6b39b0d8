import { EventEmitter } from 'node:events';
import { EventName, type IBApi } from '@stoqey/ib';
import { describe, expect, it } from 'vitest';
import { subscribeContractEvents } from './contracts.ts';
import type { Answer } from './messages.ts';

describe('the last day of a contract', () => {
  it.each([
    ['with the exchange’s time', '20261218 08:30:00 US/Central', '20261218', '20261218'],
    ['with the operator’s time, where it is the day after', '20261121 04:30:00 Asia/Tokyo', '20261120', '20261120'],
    ['from a gateway that says no day alone', '20261218 08:30:00 US/Central', undefined, '20261218'],
    ['in UTC', '20261218-14:30:00', '', '20261218'],
    ['of an option', '20261218', '20261217', '20261218'],
    ['of a contract month', '202612', undefined, '202612'],
    ['of a stock', undefined, undefined, undefined],
  ])('%s is a date', (_, lastTradeDateOrContractMonth, lastTradeDate, expected) => {
    const heard: Answer[] = [];
    const ib = new EventEmitter();
    subscribeContractEvents({
      ib: ib as unknown as IBApi,
      guarded: (listener) => listener,
      answer: (_id, answer) => heard.push(answer),
      broadcast: () => undefined,
    });
    ib.emit(EventName.contractDetails, 7, { contract: { symbol: 'ES', lastTradeDateOrContractMonth, lastTradeDate } });
    expect(heard).toMatchObject([
      { type: 'contract', details: { contract: { symbol: 'ES', lastTradeDateOrContractMonth: expected } } },
    ]);
  });

  it.each([
    ['in the date', { lastTradeDateOrContractMonth: '20261218 08:30:00 US/Central' }, '20261218 08:30:00 US/Central'],
    ['parted by the library', { lastTradeDateOrContractMonth: '20261218', time: '14:30:00' }, '20261218-14:30:00'],
    ['that is not told', { lastTradeDateOrContractMonth: '20261218' }, undefined],
  ])('keeps the time %s', (_, { time, ...contract }: { time?: string; lastTradeDateOrContractMonth: string }, kept) => {
    const heard: Answer[] = [];
    const ib = new EventEmitter();
    subscribeContractEvents({
      ib: ib as unknown as IBApi,
      guarded: (listener) => listener,
      answer: (_id, answer) => heard.push(answer),
      broadcast: () => undefined,
    });
    ib.emit(EventName.contractDetails, 7, { contract, lastTradeTime: time });
    expect(heard[0]).toMatchObject({ details: { contract: { lastTradeDateOrContractMonth: '20261218' } } });
    expect(heard[0]?.type === 'contract' && heard[0].details.lastTradeTime).toBe(kept);
  });
});
