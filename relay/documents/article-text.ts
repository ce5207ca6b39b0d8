import { compile, type FormatCallback } from 'html-to-text';
import { ToolError } from '../../shared/errors.ts';
import { foreignText } from './foreign-text.ts';

/** Of the source of an article; what is beyond is left out. */
export const mostCharacters = 500_000;
const deepestNesting = 200;
/** The parser's time grows with the square of the depth. */
const deepestSource = 10_000;

/** Ways in which a style hides text from people, in lower case and without blanks. */
const hiding =
  /display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?:[;!]|$)|font-size:0(?:\.0*)?(?:[a-z%]|;|!|$)|(?:^|;)color:transparent|text-indent:-\d{3}|(?:left|top):-\d{3}|clip(?:-path)?:/;

/** Drops an element that people do not see; any other is written as if it had no style. */
const unlessHidden: FormatCallback = (element, walk, builder) => {
  const style: string = element.attribs.style ?? '';
  if (hiding.test(withoutComments(style).toLowerCase().replaceAll(/\s/g, ''))) return;
  delete element.attribs.style;
  walk([element], builder);
};

/** A style as browsers read it: a comment that nobody closes goes on to the end. */
function withoutComments(style: string): string {
  let read = '';
  let from = 0;
  for (let at = style.indexOf('/*'); at >= 0; at = style.indexOf('/*', from)) {
    read += style.slice(from, at);
    const end = style.indexOf('*/', at + 2);
    if (end < 0) return read;
    from = end + 2;
  }
  return read + style.slice(from);
}

/** A link's text, and its address where it leads to the web and is not the text itself. */
const link: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  const address: string = (element.attribs.href ?? '').trim();
  const text = element.children?.[0]?.data?.trim();
  if (/^(https?:|mailto:)\S+$/i.test(address) && text !== address) builder.addInline(` [${address}]`);
};

const cell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addLiteral('  ');
};

const invisible = [
  '[hidden]',
  '[aria-hidden="true"]',
  'head',
  'title',
  'noscript',
  'template',
  'iframe',
  'object',
  'svg',
  'math',
  'audio',
  'video',
  'canvas',
  'img',
  'input',
  'textarea',
  'select',
  'button',
];

const writer = (preserveNewlines: boolean) =>
  compile({
    wordwrap: false,
    preserveNewlines,
    limits: { maxDepth: deepestNesting },
    formatters: { unlessHidden, link, cell },
    selectors: [
      { selector: 'a', format: 'link' },
      { selector: 'td', format: 'cell' },
      { selector: 'th', format: 'cell' },
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: '[style]', format: 'unlessHidden' },
      ...invisible.map((selector) => ({ selector, format: 'skip' })),
    ],
  });
const writeHtml = writer(false);
const writePlain = writer(true);

/** Whether a text has markup in it. */
export function isHtml(source: string): boolean {
  return /<[a-z!/][^<>]*>/i.test(source);
}

/**
 * An article, text or HTML, as plain text: what people see of it, with the addresses of its links.
 * @throws ToolError `ib_error` when it is beyond reading
 */
export function articleText(source: string): string {
  const readable = withoutAbyss(source.slice(0, mostCharacters)).replaceAll(/\n(?:[ \t\r]*\n){2,}/g, '\n\n');
  return foreignText(written(readable))
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** The library gives up on sources that were made to break it. */
function written(source: string): string {
  try {
    return isHtml(source) ? writeHtml(source) : writePlain(source);
  } catch {
    throw new ToolError({ code: 'ib_error', message: 'This article cannot be read.', nextStep: 'Read another one.' });
  }
}

/** The source up to where its elements nest deeper than any that a person wrote. */
function withoutAbyss(source: string): string {
  let depth = 0;
  for (const { 1: slash, index } of source.matchAll(/<(\/?)(?!(?:br|hr|img|input|meta|link|wbr)\b)[a-z]/gi)) {
    depth = slash ? Math.max(0, depth - 1) : depth + 1;
    if (depth > deepestSource) return source.slice(0, index);
  }
  return source;
}
