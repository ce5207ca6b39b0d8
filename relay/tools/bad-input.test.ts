import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ToolError, type ToolErrorData, toolErrorSchema } from '../../shared/errors.ts';
import { findTool, tools } from '../../shared/tools/index.ts';
import { parseArguments } from '../../shared/tools/support/arguments.ts';
import type { ToolDefinition } from '../../shared/tools/support/define.ts';
import { inputJsonSchema } from '../../shared/tools/support/json-schema.ts';
import { argumentPaths, withValue } from '../../test/support/arguments-matter.ts';
import { type Refusal, rowsOf } from '../../test/support/bad-input.ts';
import { homeCases, relayCases } from '../../test/support/load-cases.ts';
import { TestRelay } from '../../test/support/relay.ts';

/** How long to wait for answers that never come. */
const patienceMs = 500;

/** Faster than IB allows, since this is about what is answered, not when. */
const start = () => TestRelay.start({}, { requestsPerSecond: 1_000 });

const cases = [...relayCases].map(([name, { badInput }]) => [name, badInput] as const);
const online = cases.filter(([, { offline }]) => !offline);
const offline = cases.filter(([, { offline }]) => offline);

/** The error of a call, or of the item that it is about. Fails when there is none. */
async function errorOf(relay: TestRelay, tool: string, args: object, timeoutMs?: number): Promise<ToolErrorData> {
  try {
    const result = await relay.execute(tool, args, timeoutMs === undefined ? {} : { timeoutMs });
    const [error] = (result.errors ?? []) as ToolErrorData[];
    if (error) return toolErrorSchema.parse(error);
  } catch (error) {
    if (error instanceof ToolError) return toolErrorSchema.parse(error.data);
    throw error;
  }
  throw new Error(`${tool} ${JSON.stringify(args)} is not refused`);
}

const sentence = /^\S.*\S.*$/s;

/** Gives the relay a past of its own, which it knows without a gateway. */
function learnSomething(relay: TestRelay): void {
  const values = [{ date: '2026-10-14', nav: 1_000, currency: 'USD' }];
  relay.records.performance().learn([{ account: 'DU1234567', values }], 1);
}

async function expectAnswers(relay: TestRelay): Promise<void> {
  learnSomething(relay);
  for (const [tool, { good }] of offline) expect(await relay.execute(tool, good), tool).not.toHaveProperty('errors');
}

it.each(cases)('the cases of %s have every row of bad input that applies to it', (name, badInput) => {
  const rows = badInput.bad.map(({ what }) => what);
  const wanted = rowsOf(findTool(name) as ToolDefinition, badInput);
  expect(rows, `badInput.bad of relay/tools/${name}.cases.ts`).toEqual(expect.arrayContaining(wanted));
});

describe('arguments that are no such thing', () => {
  const refusal = (tool: ToolDefinition, args: object): ToolErrorData => {
    try {
      parseArguments(tool, args);
    } catch (error) {
      if (error instanceof ToolError) return error.data;
    }
    throw new Error(`${tool.name} ${JSON.stringify(args)} is not refused`);
  };

  it.each(tools.map((tool) => [tool.name, tool] as const))(
    'are refused by %s, by name',
    (name, tool: ToolDefinition) => {
      const good = (relayCases.get(name) ?? homeCases.get(name))?.badInput.good ?? {};
      const { properties = {} } = inputJsonSchema(tool);
      for (const [argument, schema] of Object.entries(tool.input.shape)) {
        const required = !schema.safeParse(undefined).success;
        const values = [
          { a: { b: [] } },
          ...(properties[argument]?.enum ? ['no such choice'] : []),
          ...(required ? [undefined] : []),
        ];
        for (const value of values) {
          const { code, message, nextStep } = refusal(tool, { ...good, [argument]: value });
          expect({ code, message, nextStep }).toEqual({
            code: 'invalid_arguments',
            message: expect.stringContaining(argument),
            nextStep: expect.stringMatching(sentence),
          });
        }
      }
    },
  );
});

describe('every argument of an order', () => {
  const texts: readonly [what: string, value: unknown][] = [
    ['a word', 'much'],
    ['a choice that there is not', 'NO SUCH'],
    ['a text that is too long', 'x'.repeat(300)],
    ['a control character', 'a\u0007b'],
    ['another script', '１５０'],
    ['a homoglyph', 'ВUY'],
    ['a number below zero', '-1'],
    ['nothing', ''],
    ['not a number', Number.NaN],
    ['without end', 'Infinity'],
    ['more digits than money has', '1e-11'],
    ['a list', [[]]],
    ['an object', { colour: 'red' }],
  ];
  const orderTools = tools.filter(({ toolset }) => toolset === 'orders');
  const paths = orderTools.flatMap((tool) => argumentPaths(inputJsonSchema(tool)).map((path) => [tool, path] as const));

  it.each(paths.map(([tool, path]) => [`${tool.name} ${path}`, tool, path] as const))(
    '%s: what is wrong is refused with a next step, and what is taken is one plain text',
    (_, tool: ToolDefinition, path) => {
      const good = homeCases.get(tool.name as never)?.badInput.good ?? {};
      const refused: string[] = [];
      for (const [what, value] of texts) {
        try {
          parseArguments(tool, withValue(good, path, value));
        } catch (error) {
          expect(error, what).toBeInstanceOf(ToolError);
          const { code, message, nextStep } = (error as ToolError).data;
          expect({ code, message, nextStep }, what).toEqual({
            code: 'invalid_arguments',
            message: expect.stringMatching(sentence),
            nextStep: expect.stringMatching(sentence),
          });
          refused.push(what);
        }
      }
      expect(refused).toEqual(expect.arrayContaining(['a list', 'an object']));
      expect(refused.length, `only ${refused.join(', ')}`).toBeGreaterThan(2);
    },
  );

  it('takes a number as text and as number alike, in plain notation', () => {
    const tool = findTool('preview_order') as ToolDefinition;
    const order = { contract: 'AAPL', side: 'BUY', type: 'LMT' };
    for (const quantity of ['1e-7', 1e-7, '0.0000001', '.0000001', '+0.00000010']) {
      expect(parseArguments(tool, { ...order, quantity })).toMatchObject({ quantity: '0.0000001' });
    }
    for (const limit_price of [150, '150', '150.00', '1.5e2']) {
      expect(parseArguments(tool, { ...order, limit_price })).toMatchObject({ limit_price: '150' });
    }
    for (const method of ['last', 'LAST', 'double last']) {
      const conditions = [{ kind: 'price', value: '1', method }];
      const [condition] = (parseArguments(tool, { ...order, conditions }) as { conditions: object[] }).conditions;
      expect(condition).toMatchObject({ method: method.toLowerCase().replace(' ', '_') });
    }
  });
});

describe('bad arguments', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await start();
  });

  afterEach(async () => {
    await vi.waitFor(() => expect(relay.sim.activeSubscriptions()).toEqual([]), { timeout: 5_000 });
  });

  afterAll(() => relay.stop());

  describe.each(cases)('of %s', (tool, { bad }) => {
    it.each(bad.map((one) => [one.what, one] as const))('%s', async (_, { args, code, step }) => {
      const error = await errorOf(relay, tool, args);
      expect({ code: error.code, message: error.message, nextStep: error.nextStep }).toEqual({
        code,
        message: expect.stringMatching(sentence),
        nextStep: expect.stringMatching(step),
      });
      if (code === 'ambiguous_contract') expect(error.candidates?.length).toBeGreaterThan(1);
    });
  });
});

describe('a login without permission', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await start();
  });

  afterEach(() => relay.sim.faults.rules.clear());
  afterAll(() => relay.stop());

  const refusals = cases.flatMap(([tool, { good, refused }]) =>
    refused === 'never' ? [] : [[tool, good, refused] as const],
  );
  const forbid = ({ request, code, text }: Refusal) =>
    relay.sim.faults.rules.add({ on: 'in', message: request as never, do: 'error', code, text, times: 'always' });

  it.each(refusals)('is told by %s what to subscribe to', async (tool, good, refused) => {
    forbid(refused);
    const error = await errorOf(relay, tool, refused.args ?? good);
    expect(error).toMatchObject({ code: 'not_subscribed', nextStep: expect.stringMatching(/subscri/i) });
  });

  it('is answered by the tools that tell what everybody may see', async () => {
    learnSomething(relay);
    for (const [, , refused] of refusals) forbid(refused);
    for (const [tool, { good, refused }] of cases) {
      if (refused === 'never') expect(await relay.execute(tool, good), tool).not.toHaveProperty('errors');
    }
  });

  it('is told with the options of a chain why they have no quotes', async () => {
    forbid({ request: 'reqMktData', code: 10186, text: 'Requested market data is not subscribed.' });
    const chain = { contract: 'AAPL', expiry: '2026-12-18', strikes: 2, quotes: true };
    expect(await relay.execute('get_option_chain', chain)).toMatchObject({
      total: 8,
      note: expect.stringMatching(/subscri/i),
    });
  });
});

describe('a gateway that is away', () => {
  it('is told by every tool that needs it, with what to do', async () => {
    const relay = await start();
    try {
      await relay.sim.refuseConnections(true);
      relay.sim.dropConnections();
      await vi.waitFor(() => expect(relay.gateway.status().gateway.state).not.toBe('ready'));
      const errors = await Promise.all(
        online.map(async ([tool, { good }]) => [tool, await errorOf(relay, tool, good)] as const),
      );
      for (const [tool, { code, nextStep }] of errors) {
        expect({ tool, code, nextStep }).toEqual({
          tool,
          code: 'gateway_disconnected',
          nextStep: expect.stringMatching(sentence),
        });
      }
      await expectAnswers(relay);
    } finally {
      await relay.stop();
    }
  });
});

describe('a gateway that never answers', () => {
  it('ends every tool that needs it at its time, with what to do, and leaves nothing under way', async () => {
    const relay = await start();
    try {
      relay.sim.faults.ignore(({ name }) => name !== 'reqCurrentTime');
      const errors = await Promise.all(
        online.map(async ([tool, { good }]) => [tool, await errorOf(relay, tool, good, patienceMs)] as const),
      );
      for (const [tool, { code, nextStep }] of errors) {
        expect({ tool, code, nextStep }).toEqual({
          tool,
          code: 'relay_timeout',
          nextStep: expect.stringMatching(sentence),
        });
      }
      expect(relay.sim.activeSubscriptions()).toEqual([]);
      await expectAnswers(relay);
    } finally {
      await relay.stop();
    }
  });
});
