import type { Buffer } from 'node:buffer';
import { encodeFrame } from '../protocol/codec.ts';
import { Lane } from './lane.ts';
import type { Link } from './link.ts';
import type { OutgoingRule } from './rules.ts';
import { spoil } from './spoil.ts';

/** What one connection sends, after the rules: some of it late, twice, out of order, spoilt, or not at all. */
export class Outgoing {
  readonly #link: Link;
  readonly #finish: (reason: string) => void;
  readonly #lane: Lane<Buffer>;

  /** @param finish ends the connection once what has been written is out */
  constructor(link: Link, finish: (reason: string) => void) {
    this.#link = link;
    this.#finish = finish;
    this.#lane = new Lane((bytes) => link.write(bytes));
  }

  send(tokens: readonly string[], rule: OutgoingRule | undefined): void {
    if (!rule) {
      this.#lane.pass(encodeFrame(tokens));
      return;
    }
    switch (rule.do) {
      case 'drop':
        break;
      case 'delay':
        this.#lane.late(encodeFrame(tokens), rule.ms);
        break;
      case 'duplicate':
        for (let i = 0; i <= rule.copies; i += 1) this.#lane.pass(encodeFrame(tokens));
        break;
      case 'reorder':
        this.#lane.hold(encodeFrame(tokens), rule.by);
        break;
      case 'disconnect':
        this.#link.write(encodeFrame(tokens).subarray(0, rule.afterByte));
        this.#finish(`a rule ends it after byte ${rule.afterByte}`);
        break;
      default:
        this.#lane.pass(spoil(tokens, rule));
    }
  }

  /** Forgets everything that is still to go out. */
  clear(): void {
    this.#lane.clear();
  }
}
