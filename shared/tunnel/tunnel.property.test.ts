import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Job, World } from '../../test/support/tunnel-world.ts';

const job: fc.Arbitrary<Job> = fc.record({
  kind: fc.constantFrom('read', 'mutation'),
  durationMs: fc.constantFrom(0, 5, 300, 4_000, 30_000),
  timeoutMs: fc.constantFrom(1, 400, 10_000, 60_000),
  size: fc.constantFrom(0, 10, 60, 300, 900),
});

const side = fc.constantFrom('hub' as const, 'relay' as const);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), job }) },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), to: side, count: fc.nat(8), pick: fc.nat(2) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 10, 250, 3_000, 20_000) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('consume' as const), which: fc.nat(30), count: fc.nat(4) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('drain' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), to: side }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), by: fc.constantFrom('hub', 'relay', 'both') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('hibernate', 'restartHub', 'restartRelay', 'refuse') }) },
);

/** What goes beside calls, with everything that may go wrong. */
const beyondCalls = fc.oneof(
  { weight: 6, arbitrary: step },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('happen' as const), count: fc.constantFrom(1, 2, 40) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('instruct' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('failEvent' as const) }) },
);

type Step = typeof beyondCalls extends fc.Arbitrary<infer T> ? T : never;

function apply(world: World, ids: string[], each: Step): void {
  const pick = (which: number) => ids[which % Math.max(1, ids.length)] ?? 'none';
  switch (each.do) {
    case 'call': {
      const id = `call-${ids.length}`;
      ids.push(id);
      world.call(id, each.job);
      break;
    }
    case 'deliver':
      world.deliver(each.to, each.count, each.pick);
      break;
    case 'advance':
      world.advance(each.ms);
      break;
    case 'consume':
      world.consume(pick(each.which), each.count);
      break;
    case 'drain':
      world.drain();
      break;
    case 'happen':
      world.addEvents(each.count);
      break;
    case 'instruct': {
      const id = `instruction-${ids.length}`;
      ids.push(id);
      world.instruct(id);
      break;
    }
    case 'failEvent':
      world.failNextEvent = true;
      break;
    case 'cancel':
      world.cancel(pick(each.which));
      break;
    case 'repeat':
      world.repeat(each.to);
      break;
    case 'cut':
      world.cut(each.by);
      break;
    case 'hibernate':
      world.hibernateHub();
      break;
    case 'restartHub':
      world.restartHub();
      break;
    case 'restartRelay':
      world.restartRelay();
      break;
    case 'refuse':
      world.refuseNext = true;
  }
}

describe('hub and relay together', () => {
  it('settle every call exactly once, run no mutation twice, keep all bounds and retain nothing, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 120, size: 'max' }), (steps) => {
        const world = new World();
        const ids: string[] = [];
        for (const each of steps) apply(world, ids, each);
        world.calmDown();
        for (const id of ids) expect(world.settled.has(id) || world.orphaned.has(id), `${id} is settled`).toBe(true);
        expect(world.hub.calls.size).toBe(0);
        expect(world.relay.calls.size).toBe(0);
        expect(world.relay.streams.size).toBe(0);
        expect(world.relay.phase).toBe('open');
      }),
      { numRuns: 2000 },
    );
  });

  it('apply each event once and in order, and keep no instruction for another connection, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(beyondCalls, { minLength: 10, maxLength: 80, size: 'max' }), (steps) => {
        const world = new World();
        const ids: string[] = [];
        for (const each of steps) apply(world, ids, each);
        world.calmDown();
        expect(world.applied).toEqual(world.added);
        expect(world.outbox).toEqual([]);
        for (const id of ids.filter((each) => each.startsWith('instruction'))) {
          expect(world.instructed.has(id) || world.orphaned.has(id), `${id} has ended`).toBe(true);
        }
        expect(world.hub.instructions.size).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('answer every call with its result when nothing goes wrong, however large the answers and slow the readers', () => {
    const quick = fc.record<Job>({
      kind: fc.constantFrom('read', 'mutation'),
      durationMs: fc.nat(200),
      timeoutMs: fc.constant(900_000),
      size: fc.nat(90),
    });
    fc.assert(
      fc.property(fc.array(quick, { minLength: 1, maxLength: 4 }), fc.array(step, { maxLength: 40 }), (jobs, steps) => {
        const world = new World();
        world.deliver('hub', 9, 0);
        world.deliver('relay', 9, 0);
        for (const [index, each] of jobs.entries()) world.call(`call-${index}`, each);
        const ids = [...world.jobs.keys()];
        const harmless = new Set(['deliver', 'advance', 'consume', 'drain', 'hibernate']);
        for (const each of steps) if (harmless.has(each.do)) apply(world, ids, each);
        world.calmDown();
        for (const id of ids) expect(world.settled.get(id)).toMatchObject({ ok: true });
        expect(new Set(world.progressed)).toEqual(new Set(ids));
      }),
      { numRuns: 200 },
    );
  });

  it('bring a read through a lost connection and a restarted relay', () => {
    const world = new World();
    world.deliver('hub', 9, 0);
    world.deliver('relay', 9, 0);
    world.call('a', { kind: 'read', durationMs: 500, timeoutMs: 60_000, size: 300 });
    world.deliver('relay', 9, 0);
    world.advance(600);
    world.drain();
    world.deliver('hub', 2, 0);
    world.cut('both');
    world.restartRelay();
    world.calmDown();
    expect(world.produced.get('a')).toHaveLength(2);
    expect(world.settled.get('a')).toMatchObject({ ok: true, streamed: { attempt: 2 } });
  });

  it('never answer for a mutation that a restarted relay may have carried out', () => {
    const world = new World();
    world.deliver('hub', 9, 0);
    world.deliver('relay', 9, 0);
    world.call('a', { kind: 'mutation', durationMs: 500, timeoutMs: 60_000, size: 10 });
    world.deliver('relay', 9, 0);
    world.restartRelay();
    world.calmDown();
    expect(world.mutationRuns.get('a')).toBe(1);
    expect(world.settled.get('a')).toMatchObject({ ok: false, error: { code: 'relay_interrupted' } });
  });
});
