import type { Tick } from '../market/generic-ticks.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Computation } from './option-values.ts';

/** Sends the ticks of one line, each only when it differs from the one of its type sent last. */
export class TickSender {
  readonly #session: ClientSession;
  readonly #reqId: number;
  readonly #ticks = new Map<number, Tick>();
  readonly #computations = new Map<number, Computation>();
  #dataType = 0;

  constructor(session: ClientSession, reqId: number) {
    this.#session = session;
    this.#reqId = reqId;
  }

  /** Says which of the four types of data follow. */
  sendDataType(type: number): void {
    if (type === this.#dataType) return;
    this.#dataType = type;
    this.#session.send('marketDataType', { reqId: this.#reqId, type });
  }

  send(tick: Tick): void {
    const size = sizeOf(tick);
    const last = this.#ticks.get(tick.type);
    if (last !== undefined && last.value === tick.value && sizeOf(last) === size) return;
    this.#ticks.set(tick.type, tick);
    const reqId = this.#reqId;
    const { kind, type: tickType, value } = tick;
    switch (kind) {
      case 'price':
        this.#session.send('tickPrice', { reqId, tickType, price: value, size, attrMask: tick.attributes ?? 0 });
        break;
      case 'size':
        this.#session.send('tickSize', { reqId, tickType, size: value });
        break;
      case 'generic':
        this.#session.send('tickGeneric', { reqId, tickType, value });
        break;
      case 'string':
        this.#session.send('tickString', { reqId, tickType, value });
        break;
    }
  }

  sendComputation(tickType: number, computation: Computation): void {
    const last = this.#computations.get(tickType);
    const isSame =
      last !== undefined &&
      last.optPrice === computation.optPrice &&
      last.undPrice === computation.undPrice &&
      last.impliedVol === computation.impliedVol;
    if (isSame) return;
    this.#computations.set(tickType, computation);
    this.#session.send('optionComputation', { reqId: this.#reqId, tickType, ...computation });
  }
}

const sizeOf = (tick: Tick): number => (tick.kind === 'price' ? (tick.size ?? 0) : 0);
