/** A person with a browser and no JavaScript: follows redirects, keeps cookies, submits forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;

  /** @param fetch the way to the server; default: the network */
  constructor(fetch: (url: string, init: RequestInit) => Promise<Response> = globalThis.fetch) {
    this.#fetch = fetch;
  }

  /** Follows redirects until a page, or until a redirect leaves `origin`. */
  async open(url: string | URL, init: RequestInit = {}): Promise<Page> {
    let target = new URL(url);
    let request = init;
    for (let hop = 0; hop < 10; hop++) {
      const headers = new Headers(request.headers);
      headers.set('Cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      const response = await this.#fetch(target.href, { ...request, headers, redirect: 'manual' });
      this.#keepCookies(response);
      const location = response.headers.get('Location');
      if (location === null) return new Page(this, target, response, await response.text());
      const next = new URL(location, target);
      if (next.origin !== target.origin) return new Page(this, next, response, '');
      target = next;
      request = {};
    }
    throw new Error(`too many redirects at ${url}`);
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  #keepCookies(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(at + 1));
    }
  }
}

/** One loaded page; after a redirect to a foreign origin, `url` is that address and `html` is empty. */
export class Page {
  readonly browser: Browser;
  readonly url: URL;
  readonly response: Response;
  readonly html: string;

  constructor(browser: Browser, url: URL, response: Response, html: string) {
    this.browser = browser;
    this.url = url;
    this.response = response;
    this.html = html;
  }

  /** The page's words, without markup. */
  get text(): string {
    return decode(this.html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ');
  }

  /** Follows the first link with these words. */
  follow(label: string): Promise<Page> {
    for (const [, attributes = '', text = ''] of this.html.matchAll(/<a\s([^>]*)>(.*?)<\/a>/gs)) {
      const href = attribute(` ${attributes}`, 'href');
      if (href !== undefined && decode(text).trim() === label) return this.browser.open(new URL(href, this.url));
    }
    throw new Error(`no link "${label}" at ${this.url}: ${this.text}`);
  }

  /**
   * Presses the button with that label: sends its form with the hidden and given fields, and the checkboxes that are ticked
   * or whose value is in `check`, but for those in `uncheck`.
   */
  async submit(
    label: string,
    {
      fill = {},
      check = [],
      uncheck = [],
    }: { fill?: Record<string, string>; check?: string[]; uncheck?: string[] } = {},
  ): Promise<Page> {
    for (const [form, attributes = '', body = ''] of this.html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
      const button = [...form.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)].find(
        ([, , text]) => decode(text ?? '').trim() === label,
      );
      if (!button) continue;
      const fields = new URLSearchParams();
      for (const [input] of body.matchAll(/<input[^>]*>/g)) {
        const name = attribute(input, 'name');
        const value = attribute(input, 'value') ?? '';
        if (!name) continue;
        const type = attribute(input, 'type');
        if (type === 'radio') {
          if (fill[name] === undefined ? /\schecked/.test(input) : fill[name] === value) fields.append(name, value);
        } else if (type !== 'checkbox') fields.append(name, fill[name] ?? value);
        else if (check.includes(value) || (/\schecked/.test(input) && !uncheck.includes(value)))
          fields.append(name, value);
      }
      const pressed = attribute(button[1] ?? '', 'name');
      if (pressed) fields.append(pressed, attribute(button[1] ?? '', 'value') ?? '');
      return this.browser.open(new URL(attribute(attributes, 'action') ?? '', this.url), {
        method: attribute(attributes, 'method') ?? 'get',
        headers: { Origin: this.url.origin, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: fields,
      });
    }
    throw new Error(`no button "${label}" at ${this.url}: ${this.text}`);
  }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decode(value);
}

function decode(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
