const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

/** An attribute or the text of an element; numbers and flags are written as they are. */
export type XmlValue = string | number | boolean;

function attributesText(attributes: Readonly<Record<string, XmlValue>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

/** An element around other elements, which are written out already. */
export function parent(
  name: string,
  attributes: Readonly<Record<string, XmlValue>>,
  children: readonly string[],
): string {
  return `<${name}${attributesText(attributes)}>${children.join('')}</${name}>`;
}

/** An element with text. */
export function leaf(name: string, text: XmlValue, attributes: Readonly<Record<string, XmlValue>> = {}): string {
  return `<${name}${attributesText(attributes)}>${escapeXml(String(text))}</${name}>`;
}

/** One element with text for each property. */
export function leaves(values: Readonly<Record<string, XmlValue>>): string[] {
  return Object.entries(values).map(([name, value]) => leaf(name, value));
}
