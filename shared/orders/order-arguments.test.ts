import { describe, expect, it } from 'vitest';
import { decimalText, instantText, isDecimalText } from './decimal-text.ts';
import { orderTypes, timesInForce } from './order.ts';
import { closeSchema, exerciseSchema, modifySchema, placeSchema } from './order-arguments.ts';

const order = { contract: 'AAPL', side: 'BUY', type: 'MKT' };

/** What an argument is read as, or in whose words it is refused. */
function read(args: object, schema: typeof placeSchema | typeof modifySchema | typeof closeSchema = placeSchema) {
  const { data, error } = schema.safeParse(schema === placeSchema ? { ...order, ...args } : args);
  return data ?? error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
}

describe('a number', () => {
  it.each([
    ['1.50', '1.5'],
    [' +1.5 ', '1.5'],
    ['15e-1', '1.5'],
    ['15E-1', '1.5'],
    ['1e2', '100'],
    ['1.', '1'],
    ['.5', '0.5'],
    ['-0.25', '-0.25'],
    ['-0', '0'],
    ['0.000', '0'],
    ['0.0000001', '0.0000001'],
    ['0.0000000001', '0.0000000001'],
    ['999999999999999', '999999999999999'],
    ['007', '7'],
  ])('%s is %s, exactly', (given, text) => {
    expect(decimalText(given)).toBe(text);
    expect(isDecimalText(text)).toBe(true);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    'e1',
    '1,5',
    '1 5',
    '0x10',
    'Infinity',
    'NaN',
    '1e100',
    '1e',
    '1e1.5',
    '1000000000000000',
    '-1000000000000000',
    '0.00000000001',
    'x1',
    '1x',
    '--1',
  ])('is not “%s”', (given) => {
    expect(decimalText(given)).toBeUndefined();
    expect(isDecimalText(given)).toBe(false);
  });

  it('of a size or an amount is above zero', () => {
    expect(read({ quantity: '0.50', cash_quantity: '1' })).toMatchObject({ quantity: '0.5', cash_quantity: '1' });
    for (const quantity of ['0', '0.00', '-0', '-1', 'ten', '']) {
      expect(read({ quantity })).toBe('quantity must be a number above 0, in digits');
    }
  });

  it('of a price may be zero or less, for futures and combinations are traded there', () => {
    expect(read({ limit_price: '-37.63', stop_price: '0' })).toMatchObject({ limit_price: '-37.63', stop_price: '0' });
    expect(read({ limit_price: 'market' })).toBe('limit_price must be a number, in digits');
  });

  it('that counts is whole and above zero', () => {
    const seconds = (duration_seconds: string) => read({ special: { duration_seconds } });
    expect(seconds('3600')).toMatchObject({ special: { duration_seconds: '3600' } });
    expect(seconds('10')).toMatchObject({ special: { duration_seconds: '10' } });
    for (const wrong of ['0', '1.5', '-2', '0.9', 'one']) {
      expect(seconds(wrong)).toBe('special.duration_seconds must be a whole number above 0, in digits');
    }
    expect(exerciseSchema.safeParse({ contract: 'X', quantity: '1.5' }).success).toBe(false);
    expect(exerciseSchema.parse({ contract: 'X', quantity: '2' })).toEqual({
      ...{ contract: 'X', quantity: '2' },
      action: 'exercise',
    });
  });

  it('is left out where it is not given', () => {
    expect(read({})).toEqual(order);
    expect(modifySchema.parse({ order: '17' })).toEqual({ order: '17' });
    expect(closeSchema.parse({ contract: 'X' })).toEqual({ contract: 'X' });
  });
});

describe('a moment', () => {
  it.each([
    ['2026-11-20T15:00:00Z', '2026-11-20T15:00:00Z'],
    [' 2026-11-20T15:00:00Z ', '2026-11-20T15:00:00Z'],
    ['2026-11-20T10:00:00-05:00', '2026-11-20T15:00:00Z'],
    ['2026-11-20T15:00Z', '2026-11-20T15:00:00Z'],
    ['2026-11-20T15:00:59.999Z', '2026-11-20T15:00:59Z'],
  ])('%s is %s', (given, text) => {
    expect(instantText(given)).toBe(text);
    expect(read({ good_till: given })).toMatchObject({ good_till: text });
  });

  it.each(['2026-11-20T15:00:00', '2026-11-20', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', 'tomorrow', ''])(
    'is not “%s”, which has no zone or names none',
    (given) => {
      expect(instantText(given)).toBeUndefined();
      expect(read({ good_till: given })).toBe('good_till must be a moment with its zone, such as 2026-11-20T15:00:00Z');
    },
  );
});

describe('a choice', () => {
  it.each(orderTypes.map((type) => [type]))('%s is taken in any case, with blanks or dashes', (type) => {
    for (const given of [type, type.toLowerCase(), ` ${type.replaceAll('_', ' ')} `, type.replaceAll('_', '-')]) {
      expect(read({ type: given })).toMatchObject({ type });
    }
  });

  it.each([
    ['Market', 'MKT'],
    ['limit', 'LMT'],
    ['Stop', 'STP'],
    ['stop-limit', 'STP_LMT'],
    ['stop  lmt', 'STP_LMT'],
    ['trailing stop', 'TRAIL'],
    ['market on close', 'MOC'],
  ])('%s, a word of other systems, is %s', (given, type) => {
    expect(read({ type: given })).toMatchObject({ type });
  });

  it.each([
    ['good till cancelled', 'GTC'],
    ['Fill-or-Kill', 'FOK'],
    ['gtd', 'GTD'],
  ])('of a time in force %s is %s', (given, tif) => {
    expect(read({ tif: given })).toMatchObject({ tif });
    expect(read({ order: '17', tif: given }, modifySchema)).toMatchObject({ tif });
  });

  it('that is none names all that there are', () => {
    expect(read({ type: 'ICEBERG' })).toBe(`type must be one of ${orderTypes.join(', ')}`);
    expect(read({ tif: 'FOREVER' })).toBe(`tif must be one of ${timesInForce.join(', ')}`);
    expect(read({ side: '' })).toBe('side must be one of BUY, SELL');
    // A word of another argument is none here.
    expect(read({ side: 'MARKET' })).toBe('side must be one of BUY, SELL');
    expect(read({ contract: 'X', type: 'STP' }, closeSchema)).toMatch(/^type /);
  });

  it('in lower case keeps it', () => {
    expect(read({ special: { trigger_method: 'DOUBLE LAST' } })).toMatchObject({
      special: { trigger_method: 'double_last' },
    });
  });
});

describe('a text that reaches TWS', () => {
  it.each(['', ' ', 'Gruppe Ä', 'a\u0000b', 'a\nb', 'a'.repeat(21)])('is not “%s”', (group) => {
    expect(read({ oca: { group } })).toMatch(/^oca\.group /);
  });

  it('is trimmed, and printable', () => {
    expect(read({ oca: { group: ' one ~! ' } })).toMatchObject({ oca: { group: 'one ~!', type: 1 } });
  });
});

describe('what is not known', () => {
  it.each([{ special: { x: 1 } }, { take_profit: { stop_price: '1' } }, { conditions: [{ kind: 'time', x: 1 }] }])(
    'inside of an argument is an error: %j',
    (args) => {
      expect(read(args)).toMatch(/Unrecognized key/);
    },
  );
});
