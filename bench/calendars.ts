import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeAdjacent } from '../simulator/market/calendar.ts';
import { exchangeSchedules } from '../simulator/market/exchanges.ts';
import { dayNumber, dayOf } from '../simulator/market/zone.ts';
import { type Comparison, comparisons, differences } from './calendars.cases.ts';

/**
 * Compares the simulator's sessions with two calendar libraries, on every day of two years that both know, and prints every
 * difference: those that are explained in `calendars.cases.ts` counted, the others one by one. Fails when there is one of
 * those, or an explanation without a difference. Needs Python 3.11 with pip, and a network.
 */

const [first, last] = ['20260101', '20271231'];
const packages = ['exchange_calendars==4.13.2', 'pandas_market_calendars==5.5.0'];
const mostOutput = 64 * 1024 * 1024;

/** Whole minutes since 1970. */
type Span = readonly [start: number, end: number];

interface Library {
  /** The last day it knows, `yyyymmdd`. */
  readonly until: string;
  readonly days: Readonly<Record<string, readonly Span[]>>;
}

function askLibraries(): Readonly<Record<string, Library>> {
  const folder = mkdtempSync(join(tmpdir(), 'calendars-'));
  try {
    execFileSync('python3', ['-m', 'venv', folder]);
    execFileSync(join(folder, 'bin', 'pip'), ['install', '--quiet', ...packages], { stdio: 'inherit' });
    const names = [...new Set(comparisons.map(({ library }) => library))].join(',');
    const script = join(import.meta.dirname, 'calendars.py');
    const args = [script, dashed(first), dashed(last), names];
    return JSON.parse(execFileSync(join(folder, 'bin', 'python'), args, { maxBuffer: mostOutput, encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dashed(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
}

/** What the simulator has of a day, by what of it is compared. */
function oursOf({ schedule, part }: Comparison, day: string): readonly Span[] {
  const segments = exchangeSchedules[schedule].tradingDay(dayNumber(day))?.segments ?? [];
  return mergeAdjacent(segments.filter(({ regular }) => part !== 'regular' || regular)).map(({ start, end }) => [
    start / 60_000,
    end / 60_000,
  ]);
}

function written(spans: readonly Span[], { schedule, part }: Comparison): string {
  const { zone } = exchangeSchedules[schedule];
  const time = (minutes: number): string => zone.local(minutes * 60_000).slice(9, 14);
  if (spans.length === 0) return 'closed';
  if (part === 'day') return 'open';
  if (part === 'end') return `until ${time(spans.at(-1)?.[1] ?? 0)}`;
  return spans.map(([start, end]) => `${time(start)}-${time(end)}`).join(' ');
}

const libraries = askLibraries();
const used = new Set<object>();
let unexplained = 0;
let days = 0;
for (const comparison of comparisons) {
  const { schedule, library } = comparison;
  const { until, days: theirs } = libraries[library] as Library;
  const explained = new Map<string, number>();
  for (let number = dayNumber(first); dayOf(number) <= until; number += 1) {
    const day = dayOf(number);
    const our = written(oursOf(comparison, day), comparison);
    const their = written(theirs[day] ?? [], comparison);
    days += 1;
    if (our === their) continue;
    const reason = differences.find(
      (difference) =>
        (difference.library === undefined || difference.library === library) &&
        (difference.schedule === undefined || difference.schedule === schedule) &&
        (difference.day === undefined || difference.day.test(day)) &&
        difference.ours.test(our) &&
        difference.theirs.test(their),
    );
    if (reason) {
      used.add(reason);
      explained.set(reason.why, (explained.get(reason.why) ?? 0) + 1);
    } else {
      unexplained += 1;
      console.log(`DIFFERENT ${schedule} ${day}: ${our}, ${library}: ${their}`);
    }
  }
  for (const [why, count] of explained) console.log(`${schedule} and ${library}: ${count} days. ${why}`);
}
const idle = differences.filter((difference) => !used.has(difference));
for (const { why } of idle) console.log(`NO LONGER DIFFERENT: ${why}`);
console.log(`${days} days compared; ${unexplained} differences without a reason, ${idle.length} reasons without one.`);
process.exitCode = unexplained + idle.length > 0 ? 1 : 0;
