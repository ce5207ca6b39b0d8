/** The path and query of a request, to come back to. */
export function pathOf(requestUrl: string): string {
  const { pathname, search } = new URL(requestUrl);
  return pathname + search;
}

/** A path on this server to return to; anything else becomes the dashboard. */
export function localPath(value: unknown): string {
  const base = 'https://here.invalid';
  const url = typeof value === 'string' && URL.canParse(value, base) ? new URL(value, base) : undefined;
  return url?.origin === base ? url.pathname + url.search : '/';
}
