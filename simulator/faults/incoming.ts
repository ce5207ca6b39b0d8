import type { Request } from '../protocol/requests.ts';
import { Lane } from './lane.ts';
import type { IncomingRule } from './rules.ts';

/** What a request can lead to. */
export interface IncomingHost {
  handle(request: Request): void;
  /** Notes that it was received, and does no more. */
  note(request: Request): void;
  /** Answers it with an error instead of handling it. */
  refuse(request: Request, code: number, text: string): void;
  /** Ends the connection as if bytes were left unread. When it is acted upon, nothing of the answer gets out. */
  breakOff(request: Request, acted: boolean): void;
  /** Handles it so much later although its connection has gone: it was on the wire. */
  handleLate(request: Request, milliseconds: number): void;
}

/** What one connection receives, after the rules: some of it late, twice, out of order, refused, or not at all. */
export class Incoming {
  readonly #host: IncomingHost;
  readonly #lane: Lane<Request>;

  constructor(host: IncomingHost) {
    this.#host = host;
    this.#lane = new Lane((request) => host.handle(request));
  }

  receive(request: Request, rule: IncomingRule | undefined): void {
    switch (rule?.do) {
      case undefined:
        this.#lane.pass(request);
        break;
      case 'ignore':
        this.#host.note(request);
        break;
      case 'delay':
        this.#lane.late(request, rule.ms);
        break;
      case 'duplicate':
        for (let i = 0; i <= rule.copies; i += 1) this.#lane.pass(request);
        break;
      case 'reorder':
        this.#lane.hold(request, rule.by);
        break;
      case 'error':
        this.#host.refuse(request, rule.code, rule.text);
        break;
      case 'disconnect':
        this.#host.breakOff(request, rule.acted);
        break;
      case 'arriveLate':
        this.#host.breakOff(request, false);
        this.#host.handleLate(request, rule.ms);
        break;
    }
  }

  /** Forgets everything that is still to be taken up. */
  clear(): void {
    this.#lane.clear();
  }
}
