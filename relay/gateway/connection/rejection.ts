/**
 * What IB says in detail about an order that it refused is the last field of an error, and should be JSON. The library
 * parses it without a guard, after it has put characters for their escapes: what does not parse then, such as a plain
 * sentence or a text with an escaped quotation mark, would cost the connection and the error itself.
 */

const errorId = '4';
/** Message id, version, request id, code, text, and the details; server versions 166 to 193. */
const detailsAt = 5;

const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The fields of a message of IB Gateway, with details of a refusal that the library can parse: as they are, or as a text. */
export function withReadableRejection(tokens: readonly string[]): readonly string[] {
  const details = tokens[detailsAt] ?? '';
  if (tokens[0] !== errorId || details === '' || parsed(unescaped(details)) !== undefined) return tokens;
  const meant = parsed(details) ?? unescaped(details).replaceAll('\\', '/');
  const readable = JSON.stringify(meant);
  return tokens.with(detailsAt, parsed(unescaped(readable)) === undefined ? '' : readable);
}
