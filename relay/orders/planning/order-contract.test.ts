import { describe, expect, it } from 'vitest';
import { instrumentOf } from '../../../test/support/instruments.ts';
import { multiplierOf, orderContractOf } from './order-contract.ts';

const option = instrumentOf({
  ...{ conId: 2, secType: 'OPT', name: 'X 20261218 C 230' },
  named: {
    ...{ primaryExch: '', localSymbol: 'X  261218C00230000', tradingClass: 'X', multiplier: '100' },
    ...{ strike: 230, right: 'CALL', lastTradeDateOrContractMonth: '20261218 16:00' },
  },
});

describe('what an order is for', () => {
  it('is a share with what IB tells of it, and nothing else', () => {
    const share = instrumentOf({ named: { primaryExch: 'NASDAQ', localSymbol: '', strike: 0 } });
    expect(orderContractOf(share)).toEqual({
      ...{ conId: 1, secType: 'STK', symbol: 'X', exchange: 'SMART', primaryExchange: 'NASDAQ' },
      ...{ currency: 'USD', name: 'X' },
    });
  });

  it('is an option with its class, day, right and strike', () => {
    const said = {
      ...{ conId: 2, secType: 'OPT', symbol: 'X', exchange: 'SMART', currency: 'USD', name: 'X 20261218 C 230' },
      ...{ localSymbol: 'X  261218C00230000', tradingClass: 'X', multiplier: '100', lastTradeDate: '20261218' },
      ...{ right: 'C', strike: '230' },
    };
    expect(orderContractOf(option)).toEqual(said);
    const put = { ...option.details.contract, right: 'P' as never, strike: 0.00000025 };
    expect(orderContractOf({ ...option, details: { ...option.details, contract: put } })).toEqual({
      ...said,
      right: 'P',
      strike: '0.00000025',
    });
  });

  it.each([undefined, '', '?', '0'])('has neither right nor strike where IB says “%s”', (right) => {
    const contract = orderContractOf(instrumentOf({ named: { right, strike: right ? 0 : 5 } }));
    expect(contract).not.toHaveProperty('right');
    expect(contract).not.toHaveProperty('strike');
  });

  it('goes to the exchange under which it was looked up, else to SMART; a symbol may be missing', () => {
    expect(orderContractOf(instrumentOf({ contract: { exchange: 'ARCA' } })).exchange).toBe('ARCA');
    const bare = instrumentOf({ contract: { exchange: undefined }, named: { symbol: undefined } });
    expect(orderContractOf(bare)).toMatchObject({ exchange: 'SMART', symbol: '' });
  });

  it('is a combination by its legs, as buying one unit of it trades them', () => {
    const legs = [option, instrumentOf({ conId: 3, secType: 'OPT', name: 'X2', named: { symbol: undefined } })];
    const comboLegs = [
      { conId: 2, ratio: 1, action: 'BUY', exchange: 'CBOE' },
      { conId: 3, ratio: 2, action: 'SELL' },
      { conId: 4, ratio: 1, action: 'BUY' },
    ];
    const contract = { conId: 0, symbol: 'X', exchange: undefined, comboLegs };
    expect(orderContractOf(instrumentOf({ conId: 0, secType: 'BAG', name: 'spread', legs, contract }))).toEqual({
      ...{ conId: 0, secType: 'BAG', symbol: 'X', exchange: 'SMART', currency: 'USD', name: 'spread' },
      legs: [
        {
          ...{ conId: 2, ratio: 1, side: 'BUY', exchange: 'CBOE', name: 'X 20261218 C 230', secType: 'OPT' },
          ...{ symbol: 'X', multiplier: '100', currency: 'USD' },
        },
        {
          ...{ conId: 3, ratio: 2, side: 'SELL', exchange: 'SMART', name: 'X2', secType: 'OPT' },
          ...{ symbol: '', currency: 'USD' },
        },
      ],
    });
    const none = orderContractOf(instrumentOf({ secType: 'BAG', legs, contract: { symbol: undefined } }));
    expect(none).toMatchObject({ symbol: '', legs: [] });
  });
});

describe('a multiplier', () => {
  it.each([
    ['100', '100'],
    [0.1, '0.1'],
    ['0', undefined],
    ['-1', undefined],
    ['', undefined],
    ['many', undefined],
    [undefined, undefined],
    ['Infinity', undefined],
  ])('that IB names %s is %s', (named, multiplier) => {
    expect(multiplierOf(instrumentOf({ named: { multiplier: named } }))).toBe(multiplier);
  });
});
