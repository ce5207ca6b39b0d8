import { expect } from 'vitest';
import type { JournalEntry, TraderEffect } from '../../relay/orders/model.ts';
import { orderEvent, type TicketReport } from '../../shared/orders/frames.ts';

const { body: bodyOfEvent } = orderEvent.shape;
const levels = ['info', 'warn', 'error'];

/** What of a report is news; the rest goes along. */
function newsIn({ state, message, nextStep, ibCode, legs, warnings }: TicketReport): object {
  return { state, message, nextStep, ibCode, legs, warnings };
}

/**
 * What holds of every effect that a trading machine asks for, whatever a test is about: it is one of those that there are,
 * what is told has the form that travels, was journalled before and is news, and no number is given twice.
 */
export class EffectCheck {
  readonly #outcomes = new Map<string, TicketReport>();
  readonly #numbers = new Set<string>();
  #home: string | undefined;

  constructor(journal: readonly JournalEntry[]) {
    for (const entry of journal) this.#remember(entry);
  }

  #remember(entry: JournalEntry): void {
    if (entry.type === 'trusted') this.#home = entry.home;
    if (entry.type === 'outcome') this.#outcomes.set(entry.ticket, entry.report);
  }

  /** @param gateway its time, epoch milliseconds */
  see(effect: TraderEffect, gateway: number): void {
    switch (effect.type) {
      case 'journal':
        this.#journalled(effect.entry);
        return;
      case 'tell':
        this.#told(effect, gateway);
        return;
      case 'send':
        this.#isNew(`batch ${effect.batch}`);
        expect(effect.messages.length, 'messages of a batch').toBeGreaterThan(0);
        return;
      case 'look':
        this.#isNew(`look ${effect.look}`);
        return;
      case 'timer':
        expect(effect.ms, effect.name).toBeGreaterThanOrEqual(0);
        expect(effect.name).toMatch(/^\w/);
        return;
      case 'clear-timer':
        expect(effect.name).toMatch(/^\w/);
        return;
      case 'note':
        expect(levels).toContain(effect.level);
        return;
      case 'answer':
      case 'reply':
      case 'reconnect':
        return;
      default:
        throw new Error(`no such effect: ${JSON.stringify(effect satisfies never)}`);
    }
  }

  #journalled(entry: JournalEntry): void {
    if (entry.type === 'outcome') {
      const before = this.#outcomes.get(entry.ticket);
      expect(entry.report.revision, 'the revision after the one before').toBe((before?.revision ?? 0) + 1);
      if (before) expect(newsIn(entry.report), 'news').not.toEqual(newsIn(before));
    }
    this.#remember(entry);
  }

  #told({ home, body }: Extract<TraderEffect, { type: 'tell' }>, gateway: number): void {
    const { success, error } = bodyOfEvent.safeParse(body);
    expect(success, `${error?.message} of ${JSON.stringify(body)}`).toBe(true);
    expect(home).toBe(this.#home);
    if (body.kind === 'ticket') expect(body, 'what was journalled').toEqual(this.#outcomes.get(body.ticket));
    else expect(body.at).toBe(gateway);
  }

  #isNew(name: string): void {
    expect(this.#numbers.has(name), name).toBe(false);
    this.#numbers.add(name);
  }
}
