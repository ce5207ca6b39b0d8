import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { strikeOf } from './options.ts';
import { makeCursor, readCursor } from './paging.ts';

/** Lowest and highest strike; undefined where nothing fits. */
type StrikeSpan = readonly [lowest: number, highest: number] | undefined;

/** What the first page of a chain saw, so that the others go on with the same although the market moves. */
export interface ChainView {
  /** Expiries before those that are looked into. */
  readonly from: number;
  /** What the underlying was worth, where that was known. */
  readonly price: number | undefined;
  /** Of each side, where deltas chose the strikes. */
  readonly spans?: readonly StrikeSpan[] | undefined;
}

export interface ChainPage {
  readonly view: ChainView;
  /** Options before it, in the order of `nearestFirst`. */
  readonly offset: number;
}

/** The cursor behind `offset` options of a chain. */
export function makeChainCursor(question: object, view: ChainView, offset: number): string {
  const { from, price, spans = [] } = view;
  const state = [from, price, ...spans.map((span) => span?.join('~'))].map((part) => part ?? '').join('_');
  return `${state}.${makeCursor({ ...question, state }, offset)}`;
}

/**
 * What a cursor stands for; undefined without one.
 * @throws ToolError `invalid_arguments` when it belongs to another question
 */
export function readChainCursor(question: object, cursor: string | undefined): ChainPage | undefined {
  if (cursor === undefined) return undefined;
  const dot = cursor.lastIndexOf('.');
  const state = cursor.slice(0, Math.max(0, dot));
  const offset = readCursor({ ...question, state }, cursor.slice(dot + 1));
  const [from, price = '', ...spans] = state.split('_');
  const view = { from: Number(from), price: price === '' ? undefined : Number(price) };
  return { view: spans.length > 0 ? { ...view, spans: spans.map(spanIn) } : view, offset };
}

function spanIn(text: string): StrikeSpan {
  const [lowest, highest] = text.split('~').map(Number);
  return lowest === undefined || highest === undefined ? undefined : [lowest, highest];
}

/** From the first to the last of these options, lowest strike first. */
export function spanOf(options: readonly Instrument[]): StrikeSpan {
  const [first] = options;
  const last = options.at(-1);
  return first && last && [strikeOf(first), strikeOf(last)];
}

export function withinSpan(options: readonly Instrument[], span: StrikeSpan): readonly Instrument[] {
  if (!span) return [];
  return options.filter((option) => strikeOf(option) >= span[0] && strikeOf(option) <= span[1]);
}

/**
 * The options nearest the money first, all sides by turns.
 * @param sides options of one expiry and right each
 * @param price the middle of the strikes without it
 */
export function nearestFirst(sides: readonly (readonly Instrument[])[], price: number | undefined): Instrument[] {
  return sides
    .flatMap((options) => {
      const middle = options[Math.floor(options.length / 2)];
      const centre = price ?? (middle ? strikeOf(middle) : 0);
      const distance = (option: Instrument): number => Math.abs(strikeOf(option) - centre);
      return options.toSorted((a, b) => distance(a) - distance(b)).map((option, turn) => ({ option, turn }));
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ option }) => option);
}
