import { EventName, type IBApi } from '@stoqey/ib';

/** What the library's decoder does, as far as it is used here. */
interface Decoder {
  decodeMsg_TICK_PRICE(): void;
  readInt(): number;
  readDouble(): number;
  readDecimal(): number | undefined;
  emit(event: EventName, ...values: unknown[]): void;
}

/**
 * Lets `tickPrice` carry the size that came with the price, in place of its attributes. The library tells the two apart,
 * so that a new price stands beside an old size for a moment, and drops the size of a bid, whose tick type 0 it takes for
 * none: a bid that IB withdraws (−1, size 0) would look like a price.
 */
export function keepSizeWithPrice(ib: IBApi): void {
  const decoder = Reflect.get(Reflect.get(ib, 'controller') as object, 'decoder') as Decoder | undefined;
  if (typeof decoder?.decodeMsg_TICK_PRICE !== 'function') throw new TypeError('@stoqey/ib decodes no prices');
  decoder.decodeMsg_TICK_PRICE = () => {
    decoder.readInt(); // the version of the message
    const [reqId, field] = [decoder.readInt(), decoder.readInt()];
    const [price, size] = [decoder.readDouble(), decoder.readDecimal()];
    decoder.readInt(); // attributes
    decoder.emit(EventName.tickPrice, reqId, field, price, size);
  };
}
