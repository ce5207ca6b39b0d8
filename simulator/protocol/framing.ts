import { Buffer } from 'node:buffer';

/** Bytes that cannot be the TWS protocol. The connection they came from is beyond repair and must be closed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** No genuine request comes near this; a larger announced length is a lie or a foreign protocol. */
const maxRequestBytes = 1 << 20;
const lengthBytes = 4;
const greeting = Buffer.from('API\0', 'latin1');

/** Prefixes a payload with its length as a 4-byte big-endian number. */
export function frame(payload: string): Buffer {
  const bytes = Buffer.byteLength(payload, 'utf8');
  const framed = Buffer.allocUnsafe(lengthBytes + bytes);
  framed.writeUInt32BE(bytes, 0);
  framed.write(payload, lengthBytes, 'utf8');
  return framed;
}

/** Cuts a TCP byte stream into payloads, whatever the segmentation. The first payload follows the `API\0` greeting. */
export class FrameReader {
  #buffered: Buffer[] = [];
  #size = 0;
  #greeted = false;

  /**
   * Adds received bytes and returns the payloads completed by them, without their length prefix.
   * @throws {ProtocolError} on a wrong greeting or an impossible length
   */
  push(chunk: Buffer): Buffer[] {
    this.#buffered.push(chunk);
    this.#size += chunk.length;
    const payloads: Buffer[] = [];
    if (!this.#greeted && !this.#readGreeting()) return payloads;
    for (;;) {
      const head = this.#peek(lengthBytes);
      if (!head) return payloads;
      const length = head.readInt32BE(0);
      if (length <= 0 || length > maxRequestBytes) throw new ProtocolError(`impossible frame length ${length}`);
      if (this.#size < lengthBytes + length) return payloads;
      payloads.push(this.#take(lengthBytes + length).subarray(lengthBytes));
    }
  }

  #readGreeting(): boolean {
    const seen = this.#peek(Math.min(this.#size, greeting.length));
    if (!seen?.equals(greeting.subarray(0, seen.length)))
      throw new ProtocolError('the stream does not begin with API\\0');
    if (seen.length < greeting.length) return false;
    this.#take(greeting.length);
    this.#greeted = true;
    return true;
  }

  #peek(count: number): Buffer | undefined {
    if (this.#size < count) return undefined;
    if ((this.#buffered[0]?.length ?? 0) < count) this.#buffered = [Buffer.concat(this.#buffered)];
    return (this.#buffered[0] ?? Buffer.alloc(0)).subarray(0, count);
  }

  #take(count: number): Buffer {
    const all = this.#buffered.length === 1 ? (this.#buffered[0] as Buffer) : Buffer.concat(this.#buffered);
    this.#size -= count;
    this.#buffered = this.#size > 0 ? [all.subarray(count)] : [];
    return all.subarray(0, count);
  }
}

/** Splits a payload into its NUL-terminated fields. @throws {ProtocolError} when the last terminator is missing */
export function splitFields(payload: Buffer): string[] {
  if (payload.at(-1) !== 0) throw new ProtocolError('a message does not end in NUL');
  return payload.toString('utf8', 0, payload.length - 1).split('\0');
}

export interface ClientVersions {
  readonly min: number;
  readonly max: number;
}

/** Reads `v100..193`, `v176` and either followed by connect options. @throws {ProtocolError} on anything else */
export function parseVersions(payload: Buffer): ClientVersions {
  const match = /^v(\d{1,6})(?:\.\.(\d{1,6}))?(?: .*)?\0?$/s.exec(payload.toString('utf8'));
  if (!match) throw new ProtocolError('the version range is malformed');
  return { min: Number(match[1]), max: Number(match[2] ?? match[1]) };
}
