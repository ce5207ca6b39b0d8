#!/usr/bin/env bash
# @stoqey/ib: a completed order of a gateway at server version 176, which still sends the name of an allocation profile.
# Guess: filled 100, as at 177. Seen: the profile is taken for the next field, all that follow shift, and the message is lost as too short.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
npm_packages @stoqey/ib@1.6.10
cat > "$work/run.cjs" <<'EOF2'
const assert = require('node:assert/strict');
const { Decoder } = require('@stoqey/ib/dist/core/io/decoder.js');
console.log('@stoqey/ib', require('@stoqey/ib/package.json').version);

// A limit order that was filled. From 177 on the profile, the fourth of the allocation fields, is not sent any more.
const before = '101|265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS|BUY|100|LMT|150.25|0.0|DAY||DU0||0|ref|1377295418|0|0|0||||';
const after =
  '||||||0||-1||||||2147483647|0|0||3|0||0|None||0|0|0||0|0||||0|0|0|2147483647|2147483647||||IB|0|0||0|Filled|0|0|0|' +
  '151.25|1.7976931348623157E308|0|1|0||100|2147483647|0|Not an insider or substantial shareholder|0|0|' +
  '9223372036854775807|20261120 12:00:00 US/Eastern|Filled Size: 100|||||';
const frames = { 176: `${before}|${after}`, 177: `${before}${after}` };

/** What was filled, as one message tells; or the error. */
function filled(version) {
  let seen = 'nothing';
  const decoder = new Decoder({
    serverVersion: version,
    emitEvent: (name, _contract, order, state) => {
      if (name === 'completedOrder') seen = `${order.filledQuantity}, ${state.status}, ${state.completedStatus}`;
    },
    emitError: (text) => {
      seen = text.replace(/ Please report.*/, '');
    },
    emitInfo: () => undefined,
  });
  decoder.enqueueMessage(frames[version].split('|'));
  try {
    decoder.process();
  } catch (error) {
    seen = String(error);
  }
  return seen;
}

for (const version of [177, 176]) console.log(`at ${version}: guess 100, Filled, Filled Size: 100; seen ${filled(version)}`);
assert.equal(filled(177), '100, Filled, Filled Size: 100');
assert.match(filled(176), /^Underrun error/);
EOF2
(cd "$work" && node run.cjs)
