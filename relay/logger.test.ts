import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function logged(log: (logger: ReturnType<typeof createLogger>) => void, format: 'json' | 'pretty' = 'json'): string {
  const lines: string[] = [];
  log(createLogger({ level: 'trace', format, destination: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

const credential = 'IBKR-Relay v1.home12345678.device1234.1763700000.bm9uY2U.c2lnbmF0dXJl';
const pairingCode = 'AbCdEfGhIjKlMnOpQrStUv.0123456789abcdefghij';

describe('logger', () => {
  it.each(['authorization', 'Authorization', 'password', 'key', 'privateKey', 'private_key', 'pairingCode', 'secret'])(
    'redacts the field %s at any depth',
    (name) => {
      const text = logged((logger) => logger.info({ [name]: 'hush', inner: { list: [{ [name]: 'hush' }] } }, 'x'));
      expect(text).not.toContain('hush');
      expect(text.match(/\[redacted\]/g)).toHaveLength(2);
    },
  );

  it('redacts a whole key object', () => {
    expect(logged((logger) => logger.info({ key: { d: 'hush' } }, 'x'))).not.toContain('hush');
  });

  it('redacts a pairing code named code, and keeps the codes of errors', () => {
    const text = logged((logger) => {
      logger.info({ code: pairingCode }, 'x');
      logger.info({ code: 'ABCD-1234' }, 'x');
      logger.info({ code: 'ECONNREFUSED' }, 'x');
      logger.info({ code: 326 }, 'x');
    });
    expect(text).not.toContain('AbCdEf');
    expect(text).not.toContain('ABCD-1234');
    expect(text).toContain('"code":"ECONNREFUSED"');
    expect(text).toContain('"code":326');
  });

  it('redacts a Flex token in an address', () => {
    const line = logged((logger) => logger.info({ url: 'https://x/SendRequest?t=1234567890123&q=900001&v=3' }, 'x'));
    expect(line).toContain('q=900001');
    expect(line).not.toContain('1234567890123');
  });

  it('redacts credentials and pairing codes inside texts, errors and causes', () => {
    const text = logged((logger) => {
      logger.info(`sent ${credential} and ${pairingCode}`);
      logger.error({ err: new Error(`refused ${credential}`, { cause: new Error(pairingCode) }) }, 'x');
      logger.child({ note: credential }).warn('x');
    });
    expect(text).not.toContain('bm9uY2U');
    expect(text).not.toContain('AbCdEf');
    expect(text).toContain('refused IBKR-Relay [redacted]');
    expect(text).toContain('"type":"Error"');
  });

  it('masks account ids except at debug and trace', () => {
    const text = logged((logger) => {
      logger.info({ accounts: ['DU1234567'] }, 'Account U7654321 is served.');
      logger.debug('Account DF5555555 is served.');
    });
    expect(text).not.toMatch(/DU1234567|U7654321/);
    expect(text).toContain('"accounts":["DU***"]');
    expect(text).toContain('Account U*** is served.');
    expect(text).toContain('DF5555555');
  });

  it('writes valid JSON with a level name and an ISO time', () => {
    const line = JSON.parse(logged((logger) => logger.warn({ port: 4004 }, 'hello')));
    expect(line).toEqual({ level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), port: 4004, msg: 'hello' });
  });

  it('writes readable lines, errors with their stack, and masks there too', () => {
    const text = logged(
      (logger) => logger.error({ port: 4004, err: new Error('broke'), note: credential }, 'Sorry.'),
      'pretty',
    );
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d ERROR Sorry\. {2}port=4004 {2}note=IBKR-Relay \[redacted\]\nError: broke\n {4}at /,
    );
  });
});
