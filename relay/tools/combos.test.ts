import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { streamQuotes } from '../../shared/tools/stream_quotes.ts';
import { TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start();
});

afterAll(() => relay.stop());

const spread = 'SPY 20261218 C 700 - 2 x SPY 20261218 C 710';

describe('quotes of combinations', () => {
  it('are what the legs cost together, named so that they can be asked for again', async () => {
    const contracts = [spread, 'SPY 20261218 C 700', 'SPY 20261218 C 710'];
    const { quotes } = await relay.read(getQuotes, { contracts });
    const [combo, low] = quotes;
    const high = quotes[2] as (typeof quotes)[1];
    expect(combo).not.toHaveProperty('conId');
    expect(combo.contract).toBe(spread);
    expect(combo.bid).toBeCloseTo(low.bid - 2 * high.ask, 6);
    expect(combo.ask).toBeCloseTo(low.ask - 2 * high.bid, 6);
  });

  it('may be negative', async () => {
    const { quotes } = await relay.read(getQuotes, { contracts: ['- AAPL + MSFT', 'ESZ6 - ESH7'] });
    expect(quotes.map(({ contract }) => contract)).toEqual(['- AAPL + MSFT', 'ES 20261218 - ES 20270319']);
    expect(quotes[1].bid).toBeLessThan(0);
    expect(quotes[1].ask).toBeLessThan(0);
  });

  it('tell IB the symbols of their legs, and where they trade', async () => {
    await relay.read(getQuotes, { contracts: ['AAPL + 3 x MSFT'] });
    const request = relay.received('reqMktData').findLast(({ fields }) => fields.secType === 'BAG');
    expect(request?.fields).toMatchObject({ symbol: 'AAPL,MSFT', secType: 'BAG', exchange: 'SMART', currency: 'USD' });
  });

  it('can be streamed', async () => {
    const { quotes } = await relay.read(streamQuotes, { contracts: [spread], seconds: 1 });
    expect(quotes[0]).toMatchObject({ contract: spread, bid: expect.any(Number), ask: expect.any(Number) });
  });

  it('leave what failed of them to be told', async () => {
    const { quotes, errors } = await relay.read(getQuotes, { contracts: ['AAPL', 'AAPL - NOPE'] });
    expect(quotes).toHaveLength(1);
    expect(errors).toMatchObject([{ contract: 'AAPL - NOPE', code: 'contract_not_found' }]);
  });
});
