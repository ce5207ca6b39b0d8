import { inflateSync } from 'node:zlib';
import { foreignText } from './foreign-text.ts';

/** Of a document, and of all that is packed in it. */
const mostBytes = 4_000_000;
const longestDictionary = 1_000;
/** A gap between two strings, in thousandths of a letter's height, that stands for a blank. */
const wordGap = -200;
/** Strings, also such as never end, moves to another line, and gaps before a string. */
const shown = /\(((?:\\.|[^\\()])*)(\))?|\b(?:Td|TD|Tm)\b|T\*|(?<![\w.])-?\d+(?=\s*\()/gs;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * The text of a PDF document that is simple: its fonts use standard encodings and its pages hold their text as it is
 * read. Undefined for any other, whose text would be garbage.
 */
export function pdfText(bytes: Buffer): string | undefined {
  if (bytes.length > mostBytes) return undefined;
  const source = bytes.toString('latin1');
  if (/\/Type0\b|\/Differences\b|\/Encrypt\b|\/ObjStm\b/.test(source)) return undefined;
  const lines = contents(source).flatMap(linesOf);
  const text = foreignText(lines.join('\n')).trim();
  return /\p{L}/u.test(text) ? text : undefined;
}

/** What the document's streams hold, without those that cannot be read. Looks at every byte once. */
function contents(source: string): string[] {
  const found: string[] = [];
  let left = mostBytes;
  for (let at = source.indexOf('stream'); at >= 0 && left > 0; at = source.indexOf('stream', at)) {
    const end = source.indexOf('endstream', at);
    if (end < 0) break;
    const dictionary =
      source
        .slice(Math.max(0, at - longestDictionary), at)
        .split('obj')
        .at(-1) ?? '';
    const data = source.slice(at, end).replace(/^stream\r?\n/, '');
    const content = decoded(dictionary, data, left);
    left -= content.length;
    found.push(content);
    at = end + 'endstream'.length;
  }
  return found;
}

/** Empty for pictures, fonts and encodings that are not of a simple document. */
function decoded(dictionary: string, data: string, most: number): string {
  if (/\/Subtype\s*\/Image|\/FontFile|\/Length1\b/.test(dictionary)) return '';
  if (!dictionary.includes('/Filter')) return data;
  if (!/\/Filter\s*(?:\[\s*)?\/FlateDecode\s*(?:\]\s*)?(?:\/|>)/.test(dictionary)) return '';
  try {
    return inflateSync(Buffer.from(data, 'latin1'), { maxOutputLength: most }).toString('latin1');
  } catch {
    return '';
  }
}

/** The lines of a page's content: strings that are shown, and where the next line begins. */
function linesOf(content: string): string[] {
  const lines: string[] = [];
  for (const block of content.split(/\bBT\b/).slice(1)) {
    lines.push('');
    for (const [part, string, end] of (block.split(/\bET\b/, 1)[0] ?? '').matchAll(shown)) {
      const last = lines.length - 1;
      if (string !== undefined) lines[last] += end ? unescaped(string) : '';
      else if (/\d/.test(part)) lines[last] += Number(part) < wordGap ? ' ' : '';
      else if (lines[last] !== '' || part === 'T*') lines.push('');
    }
  }
  return lines;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:([0-7]{1,3})|\r?\n|(.))/gs, (_, octal?: string, character = '') =>
    octal === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
  );
}
