/**
 * The number of bytes that `text` takes in UTF-8. Counts without encoding, because the texts can be megabytes long and
 * the bytes themselves are not needed. A lone surrogate counts as its replacement character, as on the wire.
 */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isPair(text, index)) {
      bytes += 2;
      index += 1;
    } else bytes += 2;
  }
  return bytes;
}

/**
 * The index in `text` where a piece that starts at `from` and takes at most `maxBytes` of UTF-8 must end. Never splits a
 * surrogate pair; with `maxBytes` of at least 4 a piece is never empty before the end of the text.
 */
export function sliceEnd(text: string, from: number, maxBytes: number): number {
  let bytes = 0;
  let index = from;
  while (index < text.length) {
    const unit = text.charCodeAt(index);
    const pair = unit >= 0x800 && isPair(text, index);
    bytes += pair ? 4 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    if (bytes > maxBytes) break;
    index += pair ? 2 : 1;
  }
  return index;
}

function isPair(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
