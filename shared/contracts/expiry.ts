const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/**
 * Reads an expiry: `YYYYMMDD`, `YYMMDD`, `YYYYMM`, `MMMYY`, `DDMMMYY`, `2026-12-18` or `2026-12`. Gives `YYYYMM` or
 * `YYYYMMDD`, or undefined when the text is no such date. Years 00–99 mean 2000–2099. Six digits are a year and month
 * from 2013 on, else a short date; no future expiry can be both.
 */
export function parseExpiry(text: string): string | undefined {
  const named = /^(\d{1,2})?([A-Z]{3})(\d{2})$/.exec(text);
  if (named) {
    const month = months.indexOf(named[2] ?? '') + 1;
    if (month === 0) return undefined;
    return checked(`20${named[3]}`, pad(month), named[1] && pad(Number(named[1])));
  }
  const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
  if (iso) return checked(iso[1] ?? '', iso[2] ?? '', iso[3]);
  if (/^\d{8}$/.test(text)) return checked(text.slice(0, 4), text.slice(4, 6), text.slice(6));
  if (/^\d{6}$/.test(text)) {
    if (Number(text.slice(0, 4)) >= 2013 && text.startsWith('20')) return checked(text.slice(0, 4), text.slice(4));
    return checked(`20${text.slice(0, 2)}`, text.slice(2, 4), text.slice(4));
  }
  return undefined;
}

/** `JAN27` of `202701`. */
export function monthText(month: string | undefined): string | undefined {
  return month && `${months[Number(month.slice(4)) - 1]}${month.slice(2, 4)}`;
}

function checked(year: string, month: string, day?: string): string | undefined {
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day ?? '01'));
  const date = new Date(time);
  if (Number(year) < 1970 || date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day ?? '01')) {
    return undefined;
  }
  return `${year}${month}${day ?? ''}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
