import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ToolError } from '../../errors.ts';
import { findTool, tools } from '../index.ts';
import { parseArguments } from './arguments.ts';
import { defineReadTool } from './define.ts';
import { inputJsonSchema } from './json-schema.ts';

const sample = defineReadTool({
  name: 'sample',
  toolset: 'core',
  title: 'Sample',
  description: 'For these tests.',
  input: z.object({
    count: z.number().int().min(1).default(10),
    flag: z.boolean().default(false),
    names: z.array(z.string()).default([]),
    sizes: z.array(z.number()).optional(),
    text: z.string().optional(),
    mode: z.enum(['fast', 'slow']).optional(),
    parts: z
      .array(z.strictObject({ contract: z.string(), quantity: z.number(), note: z.string().optional() }))
      .optional(),
  }),
  output: z.object({}),
  render: () => '',
});

function failure(run: () => unknown): ToolError {
  try {
    run();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('it should have been refused');
}

describe('arguments as hosts send them', () => {
  test.each([
    [{ count: '5' }, { count: 5 }],
    [{ flag: 'true' }, { flag: true }],
    [{ flag: 'FALSE' }, { flag: false }],
    [{ names: '["AAPL","MSFT"]' }, { names: ['AAPL', 'MSFT'] }],
    [{ names: 'AAPL, MSFT' }, { names: ['AAPL', 'MSFT'] }],
    [{ names: 'AAPL' }, { names: ['AAPL'] }],
    [{ names: 265598 }, { names: ['265598'] }],
    [{ names: [265598, 'AAPL'] }, { names: ['265598', 'AAPL'] }],
    [{ sizes: '1,2.5' }, { sizes: [1, 2.5] }],
    [{ text: 42 }, { text: '42' }],
    [{ text: 'true' }, { text: 'true' }],
    [{ mode: 'FAST' }, { mode: 'fast' }],
    [{ count: null, text: null }, {}],
    [{ parts: [{ contract: 265598, quantity: '-2', note: null }] }, { parts: [{ contract: '265598', quantity: -2 }] }],
    [{ parts: '[{"contract":"AAPL","quantity":"1"}]' }, { parts: [{ contract: 'AAPL', quantity: 1 }] }],
    [{ parts: { contract: 'AAPL', quantity: 1 } }, { parts: [{ contract: 'AAPL', quantity: 1 }] }],
    [{ parts: '{"contract":"AAPL","quantity":1}' }, { parts: [{ contract: 'AAPL', quantity: 1 }] }],
  ])('%j is understood', (given, expected) => {
    expect(parseArguments(sample, given)).toMatchObject(expected);
  });

  test.each([undefined, {}])('%j means all defaults', (given) => {
    expect(parseArguments(sample, given)).toEqual({ count: 10, flag: false, names: [] });
  });

  test.each([
    [{ count: 'five' }, /count/],
    [{ count: '' }, /count/],
    [{ count: 1.5 }, /count/],
    [{ flag: 'yes' }, /flag/],
    [{ mode: 'medium' }, /mode/],
    [{ names: { a: 1 } }, /names/],
    [{ parts: [{ contract: 'AAPL', quantity: 'two' }] }, /parts.0.quantity/],
    [{ parts: ['AAPL'] }, /parts.0/],
    [{ parts: [[{ contract: 'AAPL', quantity: 1 }]] }, /parts.0/],
    [{ parts: [null] }, /parts.0/],
    [[], /named arguments/],
    ['x', /named arguments/],
  ])('%j is refused with a typed error', (given, message) => {
    const error = failure(() => parseArguments(sample, given));
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toMatch(message);
  });

  test('an unknown argument is refused with the nearest known one', () => {
    const error = failure(() => parseArguments(sample, { cuont: 5 }));
    expect(error.message).toContain('Did you mean count?');
    expect(error.data.nextStep).toContain('count, flag, names, sizes, text, mode');
  });

  test('so is an unknown member of an object', () => {
    const error = failure(() => parseArguments(sample, { parts: [{ contract: 'AAPL', qty: 5 }] }));
    expect(error.message).toBe('parts of sample has no argument "qty". Did you mean quantity?');
    expect(error.data.nextStep).toContain('contract, quantity, note');
  });

  test('where no known argument is near, they are listed and none is guessed', () => {
    const error = failure(() => parseArguments(sample, { colour: 'red' }));
    expect(error.message).toBe('sample has no argument "colour".');
    expect(error.data.nextStep).toContain('count, flag, names');
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    '%s is an unknown argument, not a property of objects',
    (name) => {
      const given = Object.fromEntries([[name, 1]]);
      expect(failure(() => parseArguments(sample, given)).code).toBe('invalid_arguments');
    },
  );

  test('a tool without arguments says so', () => {
    const error = failure(() => parseArguments(findTool('get_status') as never, { verbose: true }));
    expect(error.data.nextStep).toContain('takes no arguments');
  });

  test('sending every value as a string changes nothing', () => {
    const values = fc.record(
      { count: fc.integer({ min: 1 }), flag: fc.boolean(), sizes: fc.array(fc.integer(), { minLength: 1 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (value) => {
        const strings = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, JSON.stringify(item)]));
        expect(parseArguments(sample, strings)).toEqual(parseArguments(sample, value));
      }),
    );
  });

  test('anything at all is either understood or refused with a typed error', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        try {
          parseArguments(sample, given);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }),
    );
  });
});

test('the listed schema forbids what the call refuses', () => {
  expect(inputJsonSchema(sample)).toMatchObject({ additionalProperties: false });
});

describe('what is wrong is said in words', () => {
  const words = defineReadTool({
    ...sample,
    input: z.object({
      need: z.string().max(3),
      size: z.number().int().min(1).max(5).optional(),
      mode: sample.input.shape.mode,
    }),
  });

  test.each([
    [{}, 'need is missing.'],
    [{ need: { a: 1 } }, 'need must be text.'],
    [{ need: 'abcd' }, 'need must have at most 3 characters.'],
    [{ need: 'a', size: 0 }, 'size must be at least 1.'],
    [{ need: 'a', size: 6 }, 'size must be at most 5.'],
    [{ need: 'a', size: 1.5 }, 'size must be a whole number.'],
    [{ need: 'a', size: 'x' }, 'size must be a number.'],
    [{ need: 'a', mode: 'medium' }, 'mode must be one of fast, slow.'],
  ])('%j', (given, message) => {
    expect(failure(() => parseArguments(words, given)).message).toBe(message);
  });

  const wrongs: readonly unknown[] = [{ a: 1 }, 'no such value', -1e9, 1e12, 1.5, 'x'.repeat(5_000)];
  test.each(tools.map((tool) => [tool.name, tool] as const))('%s', (_, tool) => {
    const calls = [{}, ...Object.keys(tool.input.shape).flatMap((name) => wrongs.map((value) => ({ [name]: value })))];
    for (const call of calls) {
      try {
        parseArguments(tool, call);
      } catch (error) {
        expect((error as ToolError).message).not.toMatch(/Invalid (input|option)|Too (big|small)|undefined/);
      }
    }
  });
});
