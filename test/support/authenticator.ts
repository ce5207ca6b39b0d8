import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a ceremony's options say that an authenticator needs. */
interface Options {
  challenge: string;
  rp?: { id?: string };
  rpId?: string;
  user?: { id: string };
}

/** How an answer departs from what an honest browser and authenticator would say. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userVerified?: boolean;
  userPresent?: boolean;
  /** What the signature counter says. */
  counter?: number;
  userHandle?: string;
  /** Names this credential instead of its own. */
  id?: string;
}

/** An authenticator in software with one passkey (ES256), and the browser around it. Knows nothing of the product. */
export class Authenticator {
  readonly id = randomBytes(16).toString('base64url');
  readonly #origin: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #userHandle = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Makes its passkey for a user, with attestation `none`. */
  register(options: Options, lies: Lies = {}) {
    this.#userHandle = lies.userHandle ?? options.user?.id ?? '';
    const id = Buffer.from(this.id, 'base64url');
    const attested = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, coseKey(this.#keys.publicKey)]);
    const authData = Buffer.concat([this.#authenticatorData(options.rp?.id ?? '', lies, 0x40), attested]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      bytes(authData),
    ]);
    return this.#answer(lies, {
      clientDataJSON: this.#clientData('webauthn.create', options, lies).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** Signs in, or confirms. */
  assert(options: Options, lies: Lies = {}) {
    const authenticatorData = this.#authenticatorData(options.rpId ?? '', lies, 0);
    const clientData = this.#clientData('webauthn.get', options, lies);
    const hash = createHash('sha256').update(clientData).digest();
    return this.#answer(lies, {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', Buffer.concat([authenticatorData, hash]), this.#keys.privateKey).toString('base64url'),
      userHandle: lies.userHandle ?? this.#userHandle,
    });
  }

  #answer<Response>(lies: Lies, response: Response) {
    const id = lies.id ?? this.id;
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #authenticatorData(
    rpId: string,
    { userVerified = true, userPresent = true, counter = 0, ...lies }: Lies,
    flags: number,
  ) {
    const all = flags | (userPresent ? 1 : 0) | (userVerified ? 4 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([
      createHash('sha256')
        .update(lies.rpId ?? rpId)
        .digest(),
      Buffer.from([all]),
      count,
    ]);
  }

  #clientData(type: string, options: Options, lies: Lies): Buffer {
    const { challenge = options.challenge, origin = this.#origin, crossOrigin = false } = lies;
    return Buffer.from(JSON.stringify({ type: lies.type ?? type, challenge, origin, crossOrigin }));
  }
}

/** An ES256 key as COSE (RFC 9053): a map of five entries. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    bytes(Buffer.from(y, 'base64url')),
  ]);
}

const uint16 = (value: number) => Buffer.from([value >> 8, value & 255]);

/** CBOR (RFC 8949) text of fewer than 24 bytes. */
const text = (value: string) => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);

/** CBOR byte string. */
function bytes(value: Buffer): Buffer {
  return Buffer.concat([
    value.length < 24
      ? Buffer.from([0x40 | value.length])
      : value.length < 256
        ? Buffer.from([0x58, value.length])
        : Buffer.concat([Buffer.from([0x59]), uint16(value.length)]),
    value,
  ]);
}
