import type { AuditVerdict } from '../home/home.ts';
import { Layout } from './layout.tsx';
import { Time } from './time.tsx';

const compose = 'docker compose -f docker-compose.relay.yml exec -T relay node /app/relay.mjs';

/** What a check of the whole audit came to, and how to check it without this server. */
export function AuditPage({ verdict }: { verdict: AuditVerdict }) {
  const { lines, first, head, broken } = verdict;
  return (
    <Layout title="Audit" signedIn>
      <section>
        {first === undefined && !broken ? (
          <p>Nothing was written down yet.</p>
        ) : broken ? (
          <p class="bad" role="alert">
            The audit does not hold together from line {broken.seq} on: {broken.why}.
          </p>
        ) : (
          <p class="good">Every line is as it was written, and follows the one before it.</p>
        )}
        {first === undefined ? null : (
          <p>
            {lines} lines, from {first.seq} (<Time at={first.at} />) to {head.length}. The last one’s hash is{' '}
            <code>{head.hash}</code>. The newest 20,000 lines are kept.
          </p>
        )}
        <p>
          <a href="/trading/audit.jsonl">Take it away as audit.jsonl</a>
        </p>
      </section>
      <section>
        <h2>Without this server</h2>
        <p>
          A server in somebody else’s hands could write another history. Each relay is told the newest line with
          everything that is sent to it, and keeps that in an audit of its own; its newest entry stands in the lines
          here. At home, beside a relay that trades, this checks the file and compares both:
        </p>
        <pre>{`${compose} audit --verify - < audit.jsonl`}</pre>
      </section>
      <p>
        <a href="/trading">Back to trading</a>
      </p>
    </Layout>
  );
}
