/** An element with its attributes left out: what advisors' configurations need of XML. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** The text directly in it, without surrounding blanks. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const tokenPattern =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function unescapeXml(text: string): string {
  return text.replace(/&(\w+|#\d+);/g, (whole, name: string) =>
    name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (entities[name] ?? whole),
  );
}

/** Reads a document and gives its root. @throws {SyntaxError} when it is not well-formed */
export function parseXml(document: string): XmlElement {
  const root: Open = { name: '', children: [], text: '' };
  const stack: Open[] = [root];
  const source = document.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(source);
    if (!match) throw new SyntaxError(`malformed markup at character ${at}`);
    const [token, closing, name, , empty] = match;
    if (name !== undefined) nest(stack, name, closing === '/', empty === '/');
    else if (!token.startsWith('<')) addText(stack, token);
  }
  const [only, ...others] = root.children;
  if (stack.length > 1) throw new SyntaxError(`<${stack.at(-1)?.name}> is not closed`);
  if (!only || others.length > 0) throw new SyntaxError('a document has one root element');
  return only;
}

function nest(stack: Open[], name: string, closing: boolean, empty: boolean): void {
  const current = stack.at(-1) as Open;
  if (closing) {
    if (stack.length === 1 || current.name !== name) throw new SyntaxError(`</${name}> closes nothing`);
    stack.pop();
    return;
  }
  const element: Open = { name, children: [], text: '' };
  current.children.push(element);
  if (!empty) stack.push(element);
}

function addText(stack: readonly Open[], token: string): void {
  const current = stack.at(-1) as Open;
  const text = unescapeXml(token.trim());
  if (text !== '' && stack.length === 1) throw new SyntaxError('text outside of the root element');
  current.text += text;
}

/** The children of a name. */
export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The text of the first child of a name; empty when there is none. */
export const textOf = (element: XmlElement, name: string): string => childrenOf(element, name)[0]?.text ?? '';
