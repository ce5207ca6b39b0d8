import type { Order as ClientOrder } from '@stoqey/ib';
import { describe, expect, it } from 'vitest';
import { placed } from '../../test/support/simulator/client-wire.ts';
import { legsOf, sampleInstant, sampleOrder, sampleZone } from '../../test/support/simulator/sample-order.ts';
import { decodeFields, encodeFields } from '../protocol/codec.ts';
import { serverMessages } from '../protocol/messages.ts';
import { createWorld } from '../world/world.ts';
import { completedOrderValues, openOrderValues } from './order-messages.ts';

const unset = '1.7976931348623157E308';
const apple = '265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS';

/** Lines of a real gateway, as in protocol/genuine.cases.ts; ids, accounts and references replaced by those of the sample. */
const limitAt200 = `5|1|${apple}|SELL|1|LMT|2000.0|0.0|DAY||DU1||0||7|1377295418|0|0|0||1377295418.0/DU1/1|||||||||0||-1|0||||||2147483647|0|0|0||3|0|0||0|0||0|None||0||||?|0|0||0|0||||||0|0|0|2147483647|2147483647|||0||IB|0|0||0|0|Submitted|${`${unset}|`.repeat(9)}|||||${`${unset}|`.repeat(9)}-9223372036854775808||0||0|0|0|None|${unset}|2001.0|${`${unset}|`.repeat(4)}0||||0|1|0|0|0|||0|||||||0||0||2147483647||0`;
const vwapAt187 = `5|1|${apple}|BUY|5000|LMT|150.0|0.0|DAY||DU1||0||7|1377295418|0|0|0||1377295418.0/DU1/5000|||||||||0||-1|0||||||2147483647|0|0|0||3|0|0||0|0||0|None||0||||?|0|0||0|0||||||0|0|0|2147483647|2147483647|||0||IB|0|0|Vwap|1|maxPctVol|0.10|0|0|Submitted|${`${unset}|`.repeat(9)}|||||0|0|0|None|${unset}|151.0|${`${unset}|`.repeat(4)}0||||0|1|0|0|0|||0|||||||0|`;
const trailingAt200 = `101|${apple}|BUY|1|TRAIL LIMIT|2000.05|1.0|DAY||DU1||0||1377295418|0|0|0||||||||||0||-1||||||2147483647|0|0||3|0||0|None||0|0|0||0|0|2000.0|||0|0|0|2147483647|2147483647||||IB|0|0||0|Cancelled|0|0|0|2000.0|0.05|0|1|0||0|2147483647|0|Not an insider or substantial shareholder|0|0|9223372036854775807|20261120 12:00:00 US/Eastern|Cancelled by Trader|||||||0|`;

const contract = { conId: 265598, symbol: 'AAPL', exchange: 'SMART' };
const order = (terms: object) => sampleOrder(placed(terms as ClientOrder, contract), legsOf('AAPL'));

describe('a genuine order', () => {
  it.each([
    ['limit', 200, { action: 'SELL', orderType: 'LMT', totalQuantity: 1, lmtPrice: 2000 }, limitAt200],
    [
      'VWAP',
      187,
      {
        action: 'BUY',
        orderType: 'LMT',
        totalQuantity: 5000,
        lmtPrice: 150,
        algoStrategy: 'Vwap',
        algoParams: [{ tag: 'maxPctVol', value: '0.10' }],
      },
      vwapAt187,
    ],
  ])('with a %s is written so at %i', (_, version, terms, line) => {
    expect(encodeFields(serverMessages.openOrder, openOrderValues(order(terms), sampleZone), version).join('|')).toBe(
      line,
    );
  });

  it('that is over is written so at 200', () => {
    const terms = {
      action: 'BUY',
      orderType: 'TRAIL LIMIT',
      totalQuantity: 1,
      lmtPrice: 2000.05,
      auxPrice: 1,
      trailStopPrice: 2000,
      lmtPriceOffset: 0.05,
    };
    const ended = { ...order(terms), status: 'Cancelled', completedStatus: 'Cancelled by Trader' } as const;
    const world = createWorld({
      seed: 1,
      accounts: ['DU1'],
      clock: () => new Date(sampleInstant),
      enforcePacing: false,
    });
    expect(encodeFields(serverMessages.completedOrder, completedOrderValues(ended, world), 200).join('|')).toBe(
      trailingAt200,
    );
  });

  it.each([
    ['MKT', {}, ['', unset]],
    ['LMT', { lmtPrice: 14.59 }, ['', '15.59']],
    ['STP', { auxPrice: 142.5 }, ['', '142.5']],
    ['TRAIL', { auxPrice: 1, trailStopPrice: 140 }, ['140.0', '140.0']],
  ])('of type %s has its stop in two places', (orderType, prices, stops) => {
    const values = openOrderValues(order({ action: 'SELL', orderType, totalQuantity: 1, ...prices }), sampleZone);
    const fields = decodeFields(serverMessages.openOrder, encodeFields(serverMessages.openOrder, values, 200), 200);
    expect([fields.values.trailStopPrice, fields.values.stopPrice]).toEqual(stops);
  });

  it('has a discretionary amount and a display size of nothing as a gateway has them', () => {
    const terms = { action: 'BUY', orderType: 'LMT', totalQuantity: 1, discretionaryAmt: 0, displaySize: 0 };
    const tokens = encodeFields(serverMessages.openOrder, openOrderValues(order(terms), sampleZone), 200);
    const { discretionaryAmt, displaySize } = decodeFields(serverMessages.openOrder, tokens, 200).values;
    expect([discretionaryAmt, displaySize]).toEqual(['0', '2147483647']);
  });
});
