const signatures: readonly (readonly [mediaType: string, start: string])[] = [
  ['application/pdf', '%PDF-'],
  ['image/png', '\x89PNG'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['application/zip', 'PK\x03\x04'],
  ['application/gzip', '\x1f\x8b'],
  ['application/rtf', '{\\rtf'],
];

/** What kind of document these bytes are, by how they begin. */
export function mediaTypeOf(bytes: Buffer): string {
  const start = bytes.subarray(0, 8).toString('latin1');
  return signatures.find(([, signature]) => start.startsWith(signature))?.[0] ?? 'application/octet-stream';
}
