import type { GatewayNews } from '../gateway/orders/news.ts';

/** Orders of which it is remembered. */
const mostKept = 1_000;

/** What the gateway said last of each order: every list that it is asked for says all of it once more. */
export class LastSaid {
  readonly #said = new Map<string, string>();

  /** Whether it differs from what was said before, in this session; from now on it is what was said last. */
  isNew(news: GatewayNews): boolean {
    if (news.type === 'session') this.#said.clear();
    if (news.type !== 'open-order' && news.type !== 'order-status') return true;
    const { clientId, orderId, permId } = news.order;
    const key = `${news.type} ${clientId} ${orderId} ${permId}`;
    const text = JSON.stringify(news);
    if (this.#said.get(key) === text) return false;
    this.#said.delete(key);
    this.#said.set(key, text);
    const [oldest] = this.#said.keys();
    if (this.#said.size > mostKept && oldest !== undefined) this.#said.delete(oldest);
    return true;
  }
}
