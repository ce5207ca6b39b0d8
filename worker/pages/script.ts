/**
 * The one script of the pages, which all work without it: times in the reader's zone, and the part of a page that is marked
 * `data-live` brought up to date, while somebody can see it and nobody is using it.
 */
export const script = `
'use strict';
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const local = (root) => {
  for (const time of root.querySelectorAll('time[datetime]')) {
    time.title = time.textContent;
    time.textContent = ('day' in time.dataset ? day : moment).format(new Date(time.dateTime));
  }
};
local(document);
const live = document.querySelector('[data-live]');
if (live) {
  let shown;
  const refresh = async () => {
    if (document.visibilityState !== 'visible' || live.contains(document.activeElement)) return;
    const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'error' }).catch(() => undefined);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]');
    if (!fresh || fresh.innerHTML === shown || live.contains(document.activeElement)) return;
    shown = fresh.innerHTML;
    local(fresh);
    live.replaceChildren(...fresh.childNodes);
  };
  setInterval(refresh, Number(live.dataset.live) * 1000);
  document.addEventListener('visibilitychange', refresh);
}
`;
