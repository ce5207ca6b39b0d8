import { QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** What a document consists of, in its order. The attributes' object has no prototype, so that any name is safe. */
export interface XmlListener {
  onOpen(name: string, attributes: Readonly<Record<string, string>>): void;
  onClose(name: string): void;
  /** Text in the innermost element, in as many pieces as it comes. */
  onText?(text: string): void;
}

/** Why a document is none that is read here. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly reason: 'damaged' | 'document-type';
  /** Where, counted from 1. */
  readonly line: number;

  constructor(reason: XmlError['reason'], line: number) {
    super(`${reason} near line ${line}`);
    this.reason = reason;
    this.line = line;
  }
}

/** What may be in a tag between its parts, and before its end. */
const gap = /^\s+$/;
const blank = /^\s*$/;
const slash = /^\s*\/$/;
const nameSyntax = /^[\p{L}_:][\p{L}\p{N}_:.\u00b7-]*$/u;
/** No markup but texts and attributes, which come in pieces, is longer. */
const longestMarkup = 1_048_576;
const mostNamesKnown = 10_000;

/**
 * Reads XML piece by piece, so that memory does not grow with the document, and refuses what is not well-formed. The
 * tokenizer itself forgives everything.
 * @throws XmlError from `write` and `end`; document types are refused, as nothing here needs their entities
 */
export class StrictXml {
  readonly #listener: XmlListener;
  readonly #deepest: number;
  readonly #tokenizer: Tokenizer;
  readonly #open: string[] = [];
  readonly #namesKnown = new Set<string>();
  #rootSeen = false;
  #name = '';
  #attributes: Record<string, string> = Object.create(null);
  #attribute = '';
  #value = '';
  /** What is not understood yet, where it begins in the document, and the lines before it. */
  #pending = '';
  #start = 0;
  #linesBefore = 0;
  /** Up to where the document is understood. */
  #done = 0;
  /** Where the name of a closing tag ended whose `>` has not been looked for yet. */
  #closing: number | undefined;

  /** @param deepest elements inside each other that a document may have */
  constructor(listener: XmlListener, deepest: number) {
    this.#listener = listener;
    this.#deepest = deepest;
    this.#tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: true }, this.#callbacks());
  }

  /** Reads the next piece, wherever it was cut. */
  write(piece: string): void {
    const text = this.#start === 0 && this.#pending === '' ? piece.replace(/^\uFEFF/, '') : piece;
    this.#pending += text;
    this.#tokenizer.write(text);
    const kept = this.#closing ?? this.#done;
    this.#linesBefore += linesIn(this.#pending, kept - this.#start);
    this.#pending = this.#pending.slice(kept - this.#start);
    this.#start = kept;
    if (this.#pending.length > longestMarkup) throw this.#damaged();
  }

  /** The document has ended. */
  end(): void {
    this.#tokenizer.end();
    this.#settle();
    if (this.#done < this.#start + this.#pending.trimEnd().length || this.#open.length > 0 || !this.#rootSeen) {
      throw this.#damaged();
    }
  }

  #callbacks(): TokenizerCallbacks {
    return {
      onopentagname: (from, to) => this.#beginTag(from, to),
      onattribname: (from, to) => this.#beginAttribute(from, to),
      onattribdata: (from, to) => {
        this.#value += this.#slice(from, to);
        this.#done = to;
      },
      onattribentity: (code) => {
        this.#value += String.fromCodePoint(code);
      },
      onattribend: (quote, to) => this.#endAttribute(quote, to),
      onopentagend: (at) => {
        this.#expect(blank, at);
        this.#done = at + 1;
        this.#listener.onOpen(this.#name, this.#attributes);
      },
      onselfclosingtag: (at) => {
        this.#expect(slash, at);
        this.#done = at + 1;
        this.#open.pop();
        this.#listener.onOpen(this.#name, this.#attributes);
        this.#listener.onClose(this.#name);
      },
      onclosetag: (from, to) => this.#endElement(from, to),
      ontext: (from, to) => this.#text(from, to),
      ontextentity: (code, to) => {
        if (this.#open.length === 0) throw this.#damaged();
        this.#listener.onText?.(String.fromCodePoint(code));
        this.#done = to;
      },
      oncdata: (from, to, closed) => this.#characters(from, to, closed),
      oncomment: (_, to, closed) => this.#skip(to, closed > 0),
      onprocessinginstruction: (_, to) => this.#skip(to, this.#slice(to - 1, to) === '?'),
      ondeclaration: (from, to) => {
        const doctype = /^doctype/i.test(this.#slice(from, to));
        throw doctype ? new XmlError('document-type', this.#line()) : this.#damaged();
      },
      onend: () => undefined,
    };
  }

  #beginTag(from: number, to: number): void {
    this.#settle();
    if (this.#open.length === 0 && this.#rootSeen) throw this.#damaged();
    this.#rootSeen = true;
    this.#name = this.#nameAt(from, to);
    this.#attributes = Object.create(null);
    this.#open.push(this.#name);
    if (this.#open.length > this.#deepest) throw this.#damaged();
    this.#done = to;
  }

  #beginAttribute(from: number, to: number): void {
    this.#expect(gap, from);
    this.#attribute = this.#nameAt(from, to);
    this.#value = '';
    this.#done = to;
  }

  #endAttribute(quote: QuoteType, to: number): void {
    const quoted = quote === QuoteType.Double || quote === QuoteType.Single;
    if (!quoted || this.#attribute in this.#attributes) throw this.#damaged();
    this.#attributes[this.#attribute] = this.#value.trim();
    this.#done = to;
  }

  #endElement(from: number, to: number): void {
    this.#settle();
    if (this.#open.pop() !== this.#slice(from, to)) throw this.#damaged();
    this.#done = to;
    this.#closing = to;
    this.#listener.onClose(this.#slice(from, to));
  }

  #text(from: number, to: number): void {
    this.#settle();
    const text = this.#slice(from, to);
    this.#done = to;
    if (text.includes('<') || (this.#open.length === 0 && text.trim() !== '')) throw this.#damaged();
    if (this.#open.length > 0) this.#listener.onText?.(text);
  }

  /** @param closed length of the mark that ends it; 0 when the document ended before */
  #characters(from: number, to: number, closed: number): void {
    this.#skip(to, closed > 0 && this.#open.length > 0);
    this.#listener.onText?.(this.#slice(from, to - closed));
  }

  #skip(to: number, whole: boolean): void {
    this.#settle();
    if (!whole) throw this.#damaged();
    this.#done = to + 1;
  }

  /** The tokenizer takes anything between the name of a closing tag and the next `>`. */
  #settle(): void {
    if (this.#closing === undefined) return;
    const rest = /^\s*>/.exec(this.#pending.slice(this.#closing - this.#start, this.#closing - this.#start + 100));
    if (!rest) throw this.#damaged();
    this.#done = Math.max(this.#done, this.#closing + rest[0].length);
    this.#closing = undefined;
  }

  /** What comes before that place and is no name or value: the tokenizer takes slashes there. */
  #expect(syntax: RegExp, to: number): void {
    if (!syntax.test(this.#slice(this.#done, to))) throw this.#damaged();
  }

  #nameAt(from: number, to: number): string {
    const name = this.#slice(from, to);
    if (this.#namesKnown.has(name)) return name;
    if (!nameSyntax.test(name)) throw this.#damaged();
    if (this.#namesKnown.size < mostNamesKnown) this.#namesKnown.add(name);
    return name;
  }

  #slice(from: number, to: number): string {
    return this.#pending.slice(from - this.#start, to - this.#start);
  }

  #line(): number {
    return this.#linesBefore + linesIn(this.#pending, this.#done - this.#start) + 1;
  }

  #damaged(): XmlError {
    return new XmlError('damaged', this.#line());
  }
}

function linesIn(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
