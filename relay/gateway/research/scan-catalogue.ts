import { setImmediate as nextTurn } from 'node:timers/promises';
import { Parser } from 'htmlparser2';

/** One kind of scan, and the kinds of instrument it can rank. */
export interface ScanType {
  readonly code: string;
  readonly name: string;
  readonly instruments: readonly string[];
}

/** A kind of instrument that scans look through, like `STK` or `FUT.US`. */
export interface ScanInstrument {
  readonly code: string;
  readonly name: string;
  /** Ids of the filters made for it. */
  readonly filters: readonly string[];
}

/** A market that scans look in. */
export interface ScanLocation {
  readonly code: string;
  readonly name: string;
  readonly instruments: readonly string[];
}

/** A limit that the rows of a scan have to keep. */
export interface ScanFilter {
  readonly code: string;
  readonly name: string;
  /** The lower and the upper limit of one thing have one id. */
  readonly id: string;
  readonly category: string;
  /** Whether its value is a number. */
  readonly numeric: boolean;
  /** The values it takes, where IB lists them. */
  readonly values: readonly string[];
}

/** What can be scanned for, by code, in IB's order. */
export interface ScanCatalogue {
  readonly scans: ReadonlyMap<string, ScanType>;
  readonly instruments: ReadonlyMap<string, ScanInstrument>;
  readonly locations: ReadonlyMap<string, ScanLocation>;
  readonly filters: ReadonlyMap<string, ScanFilter>;
}

/** Characters that are read in one turn of the event loop: a few milliseconds. */
const pieceSize = 16_384;
/** IB has some hundreds of each kind; what is beyond this is left out, as are longer texts and lists. */
const mostOfAKind = 5_000;
const longestText = 20_000;
const mostValues = 200;

/** An element that stands for something: its own simple members, and what it is part of. */
interface Thing {
  readonly tag: string;
  readonly members: Map<string, string>;
  readonly type: string;
  /** The values of a filter's field. */
  readonly values: string[];
}

/** Elements that stand for something; any other with text is a member of the one directly around it. */
const thingTags: ReadonlySet<string> = new Set([
  'Instrument',
  'Location',
  'ScanType',
  'RangeFilter',
  'SimpleFilter',
  'TripleComboFilter',
  'AbstractField',
  'ComboValue',
]);

/**
 * Reads the scanner's parameters, a document of some megabytes, in pieces with a turn of the event loop between them.
 * What is malformed or unknown is left out.
 * @param signal ends the reading; its reason is thrown
 */
export async function readScanCatalogue(xml: string, signal?: AbortSignal): Promise<ScanCatalogue> {
  const reader = new CatalogueReader();
  const parser = new Parser(reader, { xmlMode: true });
  for (let at = 0; at < xml.length; at += pieceSize) {
    parser.write(xml.slice(at, at + pieceSize));
    await nextTurn();
    signal?.throwIfAborted();
  }
  parser.end();
  return reader;
}

class CatalogueReader implements ScanCatalogue {
  readonly scans = new Map<string, ScanType>();
  readonly instruments = new Map<string, ScanInstrument>();
  readonly locations = new Map<string, ScanLocation>();
  readonly filters = new Map<string, ScanFilter>();
  readonly #path: string[] = [];
  readonly #things: Thing[] = [];
  #text = '';

  onopentag(tag: string, attributes: Readonly<Record<string, string>>): void {
    const outer = this.#things.at(-1);
    // A location's members come before the locations inside it, so it keeps its place in the order.
    if (tag === 'LocationTree' && outer?.tag === 'Location') this.#addLocation(outer);
    this.#path.push(tag);
    this.#text = '';
    if (thingTags.has(tag)) this.#things.push({ tag, members: new Map(), type: attributes.type ?? '', values: [] });
  }

  ontext(text: string): void {
    if (this.#text.length < longestText) this.#text += text;
  }

  onclosetag(tag: string): void {
    this.#path.pop();
    const thing = this.#things.at(-1);
    if (thing?.tag === tag) {
      this.#things.pop();
      this.#add(thing);
    } else if (thing && this.#path.at(-1) === thing.tag) {
      thing.members.set(tag, this.#text.trim().slice(0, longestText));
    }
    this.#text = '';
  }

  #add(thing: Thing): void {
    const { tag, members } = thing;
    if (tag === 'Instrument') this.#addInstrument(members);
    else if (tag === 'Location') this.#addLocation(thing);
    else if (tag === 'ScanType') put(this.scans, { code: members.get('scanCode') ?? '', ...namedFor(thing) });
    else if (tag === 'AbstractField') this.#addFilter(thing);
    else if (tag === 'ComboValue') this.#addValue(members.get('code') ?? '');
  }

  #addInstrument(members: ReadonlyMap<string, string>): void {
    const filters = listOf(members.get('filters'));
    put(this.instruments, { code: members.get('type') ?? '', name: members.get('name') ?? '', filters });
  }

  #addLocation(thing: Thing): void {
    put(this.locations, { code: thing.members.get('locationCode') ?? '', ...namedFor(thing) });
  }

  #addFilter({ members, type, values }: Thing): void {
    put(this.filters, {
      code: members.get('code') ?? '',
      name: members.get('displayName') ?? '',
      id: this.#things.at(-1)?.members.get('id') ?? '',
      category: this.#things.at(-1)?.members.get('category') ?? '',
      numeric: /\.(Double|Int|Integer|Long)Field$/.test(type),
      values,
    });
  }

  #addValue(code: string): void {
    const field = this.#things.at(-1);
    if (field?.tag === 'AbstractField' && code !== '' && field.values.length < mostValues) field.values.push(code);
  }
}

const namedFor = ({ members }: Thing) => ({
  name: members.get('displayName') ?? '',
  instruments: listOf(members.get('instruments')),
});

function listOf(text = ''): string[] {
  return text.split(',').filter((code) => code !== '');
}

/** The first of a code counts: IB repeats its lists at the end of the document. */
function put<Entry extends { readonly code: string }>(entries: Map<string, Entry>, entry: Entry): void {
  if (entry.code !== '' && !entries.has(entry.code) && entries.size < mostOfAKind) entries.set(entry.code, entry);
}
