import { setTimeout as delay } from 'node:timers/promises';
import type { Rule } from '../../simulator/index.ts';
import type { Arena } from './arena.ts';
import type { Moment } from './call-log.ts';
import type { Random } from './simulation/random.ts';

/** What a fault needs of the orders that it is to meet. */
export type Need = 'bracket' | 'change' | 'lost replies' | 'two clients';

/**
 * What goes wrong on purpose while orders are on their way. It is laid out after the tickets were previewed and the first order
 * works, and strikes while the others are confirmed, changed and cancelled.
 */
export interface Fault {
  readonly name: string;
  readonly needs?: Need;
  readonly lay: (arena: Arena, random: Random, tickets: readonly string[]) => Laid | Promise<Laid>;
}

export interface Laid {
  readonly strike?: () => Promise<void>;
  /** Whether it really met an order that was on its way; asked before everything is mended. */
  readonly hit: () => boolean;
  /** What somebody at home does about it, once the machines run again. */
  readonly mend?: () => Promise<void>;
  /** What is still unknown after T is closed by the owner: nothing that the gateway shows can tell. */
  readonly closes?: boolean;
  /** The tickets are confirmed at about this time, epoch milliseconds; default: at once. */
  readonly confirmAt?: number;
}

/** Rules of the gateway: hit when one was applied. */
export function rules({ simulator }: Arena, ...laid: readonly Rule[]): Laid {
  const ids = laid.map((rule) => simulator.addRule(rule));
  const hit = () => simulator.faults.rules.list().some(({ id, applied }) => ids.includes(id) && applied > 0);
  return { hit };
}

/** The orders themselves, not the questions what they would do. */
export const orderRead = { on: 'in', message: 'placeOrder', where: { whatIf: '0' } } as const;

/**
 * Strikes at a moment that the seed chooses: a while after a client asked, when the gateway has read an order, or when it was
 * accepted. Hit when something was on its way then.
 */
export function atMoment(
  { log }: Arena,
  random: Random,
  strike: () => Promise<void>,
  moments: readonly Exclude<Moment, 'over'>[] = ['asked', 'read', 'accepted'],
): Laid {
  let isHit = false;
  const moment = random.pick(moments);
  const after = moment === 'asked' ? random.between(0, 79) : random.pick([0, 0, random.between(1, 40)]);
  return {
    strike: async () => {
      if (!(await log.next(moment))) return;
      if (after > 0) await delay(after);
      isHit = log.open > 0;
      await strike();
    },
    hit: () => isHit,
  };
}
