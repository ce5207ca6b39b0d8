import type { World } from './world.ts';

/** Arranges what the gateway makes of the next order. */
type Arrange = (world: World) => void;

const goesDown =
  (from: number, until: number, forgets: boolean): Arrange =>
  ({ gateway, timeline }) => {
    timeline.after(from, () => gateway.goDown(forgets));
    timeline.after(until, () => gateway.comeUp());
  };

/** What the gateway makes of an order, and so what can be found of it later. */
export const outcomes = {
  'found open': () => undefined,
  rejected: ({ gateway }) => {
    gateway.rejectsNext = true;
  },
  'not found: lost with its connection': ({ gateway }) => {
    gateway.dropsWithNextOrder = 'before';
  },
  'the connection breaks after it': ({ gateway }) => {
    gateway.dropsWithNextOrder = 'after';
  },
  'gateway away': goesDown(300, 40_000, false),
  'gateway restarted, and forgot its ids': goesDown(300, 5_000, true),
  'waits for a window, answered': ({ gateway, timeline }) => {
    gateway.openWindow();
    timeline.after(20_000, () => gateway.answerDialog());
  },
  'waits for a window, until a restart': (world) => {
    world.gateway.openWindow();
    goesDown(30_000, 35_000, false)(world);
  },
  'swallowed, until a restart': (world) => {
    world.gateway.swallowing = true;
    goesDown(30_000, 35_000, false)(world);
  },
  'IB lost, and sent later': ({ gateway, timeline }) => {
    timeline.after(20, () => gateway.loseUpstream());
    timeline.after(20_000, () => gateway.regainUpstream());
  },
} as const satisfies Record<string, Arrange>;

export type OutcomeName = keyof typeof outcomes;
export const outcomeNames = Object.keys(outcomes) as OutcomeName[];

/**
 * Where an order may stay `unknown` after a crash, until a person looks. A relay that was down does not hear of the
 * gateway's restart, and cannot tell an order that a window held, or that was swallowed, from one that will still come.
 * That a window was answered is told by nobody: legs of a bracket that came out of it and were cancelled are in no list.
 */
export const waitsForPerson: Readonly<Record<'single' | 'bracket', ReadonlySet<OutcomeName>>> = {
  single: new Set(['waits for a window, until a restart', 'swallowed, until a restart']),
  bracket: new Set([
    'waits for a window, answered',
    'waits for a window, until a restart',
    'swallowed, until a restart',
  ]),
};
