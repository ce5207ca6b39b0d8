import { createServer } from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { count, counters, countTimer, stringify } from './counters.ts';

/** The relay's program, whose work is counted; any request to COUNTERS_PORT on loopback tells the counters. */

// What imports a timer by name gets the counting one, too.
const require = createRequire(import.meta.url);
for (const name of ['node:timers', 'node:timers/promises']) {
  count(require(name) as typeof import('node:timers'), 'setTimeout', countTimer);
}
syncBuiltinESMExports();

createServer((_, response) => response.end(stringify(counters))).listen(Number(process.env.COUNTERS_PORT), '127.0.0.1');
await import('../../relay/main.ts');
