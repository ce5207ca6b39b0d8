import type { Schedule, Segment } from '../market/calendar.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import type { OrderTerms } from './model.ts';
import { isOpening, worksOutsideRth, worksOvernight } from './order-kinds.ts';

export type Phase = 'regular' | 'extended' | 'overnight' | 'closed';

/** A stretch of time in which an instrument's market is in one phase; the end is exclusive. */
export interface PhaseSpan {
  readonly phase: Phase;
  readonly start: number;
  readonly end: number;
}

const hour = 3_600_000;
/** The overnight venue of US stocks, as distances from the pre-market's opening at 4:00. */
const overnightOpens = -8 * hour;
const overnightCloses = -hour / 6;
/** How many trading days ahead an order's next chance is looked for. */
const daysAhead = 4;

const phaseOf = ({ regular }: Segment): Phase => (regular ? 'regular' : 'extended');

/** The spans of the trading days around an instant, in order, without gaps. */
function spansAround(schedule: Schedule, overnight: boolean, instant: number): PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  let edge = Number.NEGATIVE_INFINITY;
  const add = (phase: Phase, start: number, end: number): void => {
    if (end <= edge) return;
    if (start > edge && Number.isFinite(edge)) spans.push({ phase: 'closed', start: edge, end: start });
    spans.push({ phase, start: Math.max(start, edge), end });
    edge = end;
  };
  let day = schedule.latest(instant).day;
  for (let count = 0; count < daysAhead; count += 1) {
    const { segments, day: found } = schedule.next(day);
    const first = segments[0];
    if (overnight && first) add('overnight', first.start + overnightOpens, first.start + overnightCloses);
    for (const segment of segments) add(phaseOf(segment), segment.start, segment.end);
    day = found + 1;
  }
  return spans;
}

/** When an instrument can be traded, and when an order for it works. */
export class Sessions {
  readonly #model: PriceModel;
  readonly #memory = new Map<string, PhaseSpan>();

  constructor(model: PriceModel) {
    this.#model = model;
  }

  zoneOf(instrument: Instrument) {
    return this.#model.schedule(instrument).zone;
  }

  #spans(instrument: Instrument, instant: number): PhaseSpan[] {
    return spansAround(this.#model.schedule(instrument), instrument.schedule === 'usStocks', instant);
  }

  /** The span an instant lies in. */
  at(instrument: Instrument, instant: number): PhaseSpan {
    const remembered = this.#memory.get(instrument.schedule);
    if (remembered && instant >= remembered.start && instant < remembered.end) return remembered;
    const spans = this.#spans(instrument, instant);
    const found = spans.find(({ start, end }) => instant >= start && instant < end);
    if (!found) throw new RangeError(`no session of ${instrument.localSymbol} at ${new Date(instant).toISOString()}`);
    this.#memory.set(instrument.schedule, found);
    return found;
  }

  /** Whether an order works in a phase of its market. */
  works(terms: OrderTerms, instrument: Instrument, phase: Phase): boolean {
    if (phase === 'closed') return false;
    const overnightOnly = terms.exchange === 'OVERNIGHT' || terms.tif === 'OVERNIGHT';
    if (phase === 'overnight') {
      return (overnightOnly || terms.includeOvernight || terms.tif === 'OND') && worksOvernight(terms.type);
    }
    if (overnightOnly) return false;
    if (phase === 'regular') return true;
    if (isOpening(terms)) return false;
    return !hasRegularHours(instrument) || (terms.outsideRth && worksOutsideRth(terms.type));
  }

  /** The next span in which an order works, the current one included; undefined when none is near. */
  nextWorking(terms: OrderTerms, instrument: Instrument, instant: number): PhaseSpan | undefined {
    return this.#spans(instrument, instant).find(
      ({ phase, end }) => end > instant && this.works(terms, instrument, phase),
    );
  }

  /** When a day order given at an instant expires: the end of the last phase it works in on its trading day. */
  dayEnd(terms: OrderTerms, instrument: Instrument, instant: number): number {
    const schedule = this.#model.schedule(instrument);
    const overnight = terms.tif === 'OVERNIGHT' || terms.exchange === 'OVERNIGHT';
    let day = schedule.latest(instant).day;
    for (let count = 0; count < daysAhead; count += 1) {
      const found = schedule.next(day);
      const first = found.segments[0]?.start ?? 0;
      const end = overnight
        ? first + overnightCloses
        : (found.segments.findLast((segment) => this.works(terms, instrument, phaseOf(segment)))?.end ?? 0);
      if (end > instant) return end;
      day = found.day + 1;
    }
    throw new RangeError(`no session of ${instrument.localSymbol} after ${new Date(instant).toISOString()}`);
  }

  /** The regular session an instant lies in or precedes. */
  regularSession(instrument: Instrument, instant: number): PhaseSpan {
    const found = this.#spans(instrument, instant).find(({ phase, end }) => phase === 'regular' && end > instant);
    if (!found) throw new RangeError(`no regular session of ${instrument.localSymbol} ahead`);
    return found;
  }
}

/** Stocks keep orders to regular hours unless told otherwise; futures, currencies and crypto trade as long as it is open. */
const hasRegularHours = ({ secType }: Instrument): boolean => secType === 'STK' || secType === 'OPT';
