import { fillZone } from '../../fills/fill-job.ts';
import type { FillJournal } from '../../fills/fill-journal.ts';
import { isoInZone } from '../../gateway/time/time-zones.ts';

/** Stretches that a note names; of more it tells the number. */
const namedGaps = 3;

/** What the journal does not vouch for since an instant, in sentences. */
export function coverageNotes(accounts: readonly string[], from: number, journal: FillJournal): string[] {
  const known = accounts.map((account) => journal.knows(account));
  const since = Math.max(...known.map((one) => one?.since ?? 0));
  const gaps = known.flatMap((one) => one?.gaps ?? []).filter(({ to }) => to > from);
  const distinct = [...new Map(gaps.map((gap) => [`${gap.from} ${gap.to}`, gap])).values()];
  const shown = distinct
    .slice(-namedGaps)
    .map((gap) => `${isoInZone(fillZone, gap.from)} to ${isoInZone(fillZone, gap.to)}`);
  const more = distinct.length - shown.length;
  return [
    ...(known.includes(undefined) ? ['Of some accounts nothing is on record yet.'] : []),
    ...(since > from
      ? [
          `The journal knows everything since ${isoInZone(fillZone, since)} only; Flex reports (get_flex_report) have what was before.`,
        ]
      : []),
    ...(shown.length > 0
      ? [
          `The relay was away for longer than IB Gateway remembers: fills from ${shown.join(', ')}${more > 0 ? ` and in ${more} earlier stretches` : ''} may be missing.`,
        ]
      : []),
  ];
}
