/** A value at a price, of a line and convex parts that are held long or short. */
export interface Point {
  readonly price: number;
  readonly value: number;
  /** Of the line. */
  readonly slope: number;
  /** Of each part: how many units are held, and its slope left and right of the price. */
  readonly convex: readonly { readonly units: number; readonly left: number; readonly right: number }[];
}

/** What no search needs: it ends here even if the values are nonsense. */
const mostPoints = 20_000;

/**
 * Divides stretches until each is proved either to rise or to fall throughout, or to leave the range of the values at
 * its ends by no more than the tolerance. The slope of a convex part only grows, so that the slopes at the ends bound
 * those between.
 * @param points where stretches end, lowest first; the parts bend at none but these
 * @returns all ends, lowest first
 */
export function sectionsOf(points: readonly Point[], at: (price: number) => Point, tolerance: number): Point[] {
  const [first, ...waiting] = points;
  if (!first) return [];
  const done = [first];
  let low = first;
  waiting.reverse();
  for (let high = waiting.pop(); high; high = waiting.pop()) {
    const middle = (low.price + high.price) / 2;
    const indivisible = middle <= low.price || middle >= high.price || done.length + waiting.length > mostPoints;
    if (indivisible || excess(low, high) <= tolerance) {
      done.push(high);
      low = high;
    } else {
      waiting.push(high, at(middle));
    }
  }
  return done;
}

/** By how much the values between two points can exceed or fall below those at the points. */
function excess(low: Point, high: Point): number {
  let least = low.slope;
  let most = low.slope;
  for (const [index, { units, right }] of low.convex.entries()) {
    const left = high.convex[index]?.left ?? right;
    least += units * (units > 0 ? right : left);
    most += units * (units > 0 ? left : right);
  }
  if (least >= 0 || most <= 0) return 0;
  return ((high.price - low.price) * most * -least) / (most - least);
}

/** Where a function changes its sign, between two prices at which its signs differ. */
export function crossingOf(value: (price: number) => number, low: number, high: number): number {
  const rises = value(high) > 0;
  let [below, above] = [low, high];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return middle;
    if (value(middle) > 0 === rises) above = middle;
    else below = middle;
  }
}
