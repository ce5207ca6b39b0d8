import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ToolError, type ToolErrorData, toolErrorSchema } from '../../shared/errors.ts';
import { tools } from '../../shared/tools/index.ts';
import { badInputCases } from './bad-input-cases.ts';
import { TestRelay } from './test-relay.ts';

/** How long to wait for answers that never come. */
const patienceMs = 500;

/** Faster than IB allows, since this is about what is answered, not when. */
const start = () => TestRelay.start({}, { requestsPerSecond: 1_000 });

const cases = Object.entries(badInputCases);
const online = cases.filter(([, { offline }]) => !offline);

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

it('every tool of the relay has its table of bad input', () => {
  const ours = tools.filter(({ runsAt, kind }) => runsAt === 'relay' && kind === 'read').map(({ name }) => name);
  expect(ours.filter((name) => !(name in badInputCases))).toEqual([]);
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

  it.each(cases.flatMap(([tool, { good, refused }]) => (refused ? [[tool, good, refused] as const] : [])))(
    'is told by %s what to subscribe to',
    async (tool, good, { request, code, text, args = good }) => {
      relay.sim.faults.rules.add({ on: 'in', message: request as never, do: 'error', code, text, times: 'always' });
      const error = await errorOf(relay, tool, args);
      expect(error).toMatchObject({ code: 'not_subscribed', nextStep: expect.stringMatching(/subscri/i) });
    },
  );
});

describe('a gateway that is away', () => {
  it('is told by every tool, with what to do', async () => {
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
    } finally {
      await relay.stop();
    }
  });
});

describe('a gateway that never answers', () => {
  it('ends every tool at its time, with what to do, and leaves nothing under way', async () => {
    const relay = await start();
    try {
      relay.sim.faults.ignore(({ name }) => name !== 'reqCurrentTime');
      const errors = await Promise.all(
        online.map(async ([tool, { good }]) => [tool, await errorOf(relay, tool, good, patienceMs)] as const),
      );
      for (const [tool, { code, nextStep }] of errors) {
        expect({ tool, code, nextStep }).toEqual({
          tool,
          code: 'gateway_timeout',
          nextStep: expect.stringMatching(sentence),
        });
      }
      expect(relay.sim.activeSubscriptions()).toEqual([]);
    } finally {
      await relay.stop();
    }
  });
});
