import { mix, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Zone } from '../market/zone.ts';
import { perWorld } from './per-world.ts';
import { pick, researchKey } from './seed.ts';

/** 1 is a regular bulletin, 2 says that an exchange is no longer available for trading, 3 that it is again. */
export type BulletinType = 1 | 2 | 3;

/** A notice from the broker to everybody. */
export interface Bulletin {
  readonly msgId: number;
  readonly type: BulletinType;
  readonly text: string;
  readonly exchange: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

const regular: readonly string[] = [
  'System maintenance is planned for Saturday between 23:00 and 03:00 ET. Order entry may be interrupted.',
  'Margin requirements for selected small-cap stocks will be raised in steps beginning next Monday.',
  'Corporate action deadlines for the coming holiday are earlier than usual. Please check your account.',
  'Market data fees of several exchanges change at the beginning of next month.',
];
const exchanges = ['BYX', 'CHX', 'EDGEA', 'IEX', 'LTSE', 'PEARL', 'PSX'];
const idsPerDay = 8;

/** The bulletins of one day in the gateway's calendar, oldest first. */
export function bulletinsOn(model: PriceModel, zone: Zone, day: number): Bulletin[] {
  const key = mix(researchKey(model, 'bulletins'), day);
  const at = (hour: number, index: number): number =>
    zone.instant(day, hour * 60 + Math.floor(60 * unit(key, index))) + Math.floor(60 * unit(key, index + 1)) * 1000;
  const id = (place: number): number => day * idsPerDay + place;
  const found: Bulletin[] = [];
  if (unit(key, 1) < 0.6)
    found.push({ msgId: id(0), type: 1, text: pick(regular, unit(key, 2)), exchange: '', time: at(7, 3) });
  if (unit(key, 5) < 0.15) {
    const exchange = pick(exchanges, unit(key, 6));
    const gone = `${exchange} is not available for trading.`;
    const back = `${exchange} is available for trading again.`;
    found.push({ msgId: id(1), type: 2, text: gone, exchange, time: at(10, 7) });
    found.push({ msgId: id(2), type: 3, text: back, exchange, time: at(13, 9) });
  }
  return found;
}

/** The bulletins that were published on purpose, besides those that every day brings. */
export class BulletinBoard {
  #published: Bulletin[] = [];

  /** In the order in which they were published. */
  get published(): readonly Bulletin[] {
    return this.#published;
  }

  /** Tells every client that listens, now and later. @param time epoch milliseconds */
  publish(bulletin: Pick<Bulletin, 'type' | 'text' | 'exchange'>, time: number): Bulletin {
    const published = { ...bulletin, msgId: this.#published.length + 1, time };
    this.#published.push(published);
    return published;
  }

  /** Takes the place of everything published so far. */
  restore(published: readonly Bulletin[]): void {
    this.#published = [...published];
  }
}

/** The board of a world. */
export const bulletinBoard = perWorld(() => new BulletinBoard());
