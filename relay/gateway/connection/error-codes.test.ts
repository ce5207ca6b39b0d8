import { describe, expect, it } from 'vitest';
import { toolErrorSchema } from '../../../shared/errors.ts';
import { meaningOf, requestError } from './error-codes.ts';

const service = 'Historical Market Data Service error message:';

describe('IB’s codes', () => {
  it.each([
    [200, 'No security definition has been found for the request', 'contract_not_found'],
    [162, `${service}HMDS query returned no data: AAPL@SMART Trades`, 'no_data'],
    [162, `${service}No historical market data for IBM/STK@SMART Last 1d`, 'no_data'],
    [
      162,
      `${service}No data of type EODChart is available for the exchange 'BEST' and the security type 'Stock'`,
      'no_data',
    ],
    [162, `${service}HMDS server disconnect occurred. Attempting reconnection...`, 'ib_error'],
    [162, `${service}Trading TWS session is connected from a different IP address`, 'not_subscribed'],
    [162, `${service}API historical data query cancelled: 1000000003`, 'ib_error'],
    [162, `${service}Time length exceed max.`, 'ib_error'],
    [366, 'No historical data query found for ticker id:7', 'ib_error'],
    [162, `${service}Historical data request pacing violation`, 'pacing'],
    [162, `${service}No market data permissions for NYSE STK`, 'not_subscribed'],
    [165, 'Historical Market Data Service query message:HMDS query returned no data', 'no_data'],
    [354, 'Requested market data is not subscribed.', 'not_subscribed'],
    [101, 'Max number of tickers has been reached', 'busy'],
    [321, 'Error validating request', 'invalid_arguments'],
    [10187, 'Failed to request historical ticks:HMDS query returned no data: EUR@IDEALPRO TRADES', 'no_data'],
    [10187, 'Failed to request historical ticks:No market data permissions for NYSE STK', 'not_subscribed'],
    [10188, 'Failed to request histogram data:HMDS query returned no data: EUR@IDEALPRO Trades', 'no_data'],
    [10092, 'Deep market data is not supported for this combination', 'no_data'],
    [99999, 'Something new', 'ib_error'],
  ])('%i %s is %s', (code, text, expected) => {
    const error = requestError(code, text);
    expect(toolErrorSchema.parse(error)).toMatchObject({ code: expected, ibCode: code, nextStep: expect.any(String) });
    expect(error?.message).toContain(text);
  });

  it.each([2104, 2106, 2158, 2103, 2176, 10167, 10090, 399, 300])('%i ends no request', (code) => {
    expect(requestError(code, 'text')).toBeUndefined();
    expect(meaningOf(code).class).not.toBe('failure');
  });

  it.each([
    [10349, 'alive'],
    [399, 'alive'],
    [105, 'refused'],
    [110, 'refused'],
    [161, 'refused'],
    [10147, 'refused'],
    [10148, 'refused'],
    [202, 'ended'],
    [133, 'unsure'],
  ])('%i is about an order: %s', (code, fate) => {
    expect(meaningOf(code)).toMatchObject({ class: 'order', order: { code, fate } });
  });

  it('about an order end a request only when they would not leave the order as it is', () => {
    expect(requestError(10349, 'text')).toBeUndefined();
    expect(requestError(110, 'The price does not conform')).toMatchObject({ code: 'ib_error', ibCode: 110 });
  });

  it('keeps foreign text short and on one line', () => {
    const error = requestError(99999, `line\nline ${'x'.repeat(5_000)}`);
    expect(error?.message).not.toContain('\n');
    expect(error?.message.length).toBeLessThan(600);
  });
});
