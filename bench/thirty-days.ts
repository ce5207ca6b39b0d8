import { allCalls, liveThrough } from './long-run.ts';

/** A month of a relay's life in a few minutes: prints what it held and answered, and fails when anything was wrong. */

const days = Number(process.argv[2] ?? 30);

const report = await liveThrough({
  days,
  calls: allCalls,
  onDay: ({ day, subscriptions, timers, sockets, heap }) =>
    console.log(
      `day ${String(day).padStart(2)}: ${subscriptions.length} subscriptions, ${timers} timers, ${sockets} sockets, ${heap.toFixed(1)} MB`,
    ),
});

const { days: _days, wrong, left, ...totals } = report;
console.table(totals);
console.log(`left after stopping: ${left.timers} timers, ${left.sockets} sockets`);
for (const sentence of wrong) console.log(`wrong: ${sentence}`);
if (wrong.length > 0 || left.timers > 0 || left.sockets > 0) process.exitCode = 1;
