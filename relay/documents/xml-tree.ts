import { StrictXml } from './strict-xml.ts';

/** An element of a small document. */
export interface XmlElement {
  readonly name: string;
  /** Its own, without that of its children; trimmed. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const deepest = 20;

/** A small document as its root, without attributes. @throws XmlError when it is not well-formed */
export function xmlTree(xml: string): XmlElement {
  const document: Growing = { name: '', text: '', children: [] };
  const open = [document];
  const reader = new StrictXml(
    {
      onOpen: (name) => {
        const element: Growing = { name, text: '', children: [] };
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      onText: (text) => {
        const element = open.at(-1);
        if (element) element.text += text;
      },
      onClose: () => {
        const element = open.pop();
        if (element) element.text = element.text.trim();
      },
    },
    deepest,
  );
  reader.write(xml);
  reader.end();
  return document.children[0] ?? document;
}

interface Growing extends XmlElement {
  text: string;
  readonly children: Growing[];
}

/** The children of a name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the first child of a name; empty when there is none. */
export function textOf(element: XmlElement, name: string): string {
  return childrenOf(element, name)[0]?.text ?? '';
}
