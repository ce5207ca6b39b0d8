import type { AlertsOverview } from '../home/home.ts';
import { Layout } from './layout.tsx';
import { Time } from './time.tsx';

/** What fired, and where it is told. A new webhook's signing secret is shown on this page once, to the person alone. */
export function AlertsPage({
  overview,
  secret,
  problem,
}: {
  overview: AlertsOverview;
  secret?: string | undefined;
  problem?: string | undefined;
}) {
  const { firings, waiting, webhook } = overview;
  return (
    <Layout title="Alerts" signedIn>
      <section>
        <h2>Fired</h2>
        <p class="soft">
          {waiting} waiting. Your assistant makes, changes, pauses and deletes alerts; your relay watches them while it
          runs.
        </p>
        {firings.length === 0 ? <p>None yet.</p> : null}
        <ul>
          {firings.map((firing) => (
            <li>
              <div>
                <strong>
                  <bdi>{describe(firing)}</bdi>
                </strong>
                <div class="soft">
                  <Time at={firing.at} />
                  {firing.dataType === undefined ? '' : ` · ${firing.dataType} data`}
                  {firing.note === undefined ? null : (
                    <>
                      {' · '}
                      <bdi>{firing.note}</bdi>
                    </>
                  )}
                </div>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>Webhook</h2>
        <p>
          {webhook ? `Fired alerts are told to ${webhook.host}.` : 'Fired alerts can be told to an address of yours.'}
        </p>
        {webhook?.problem === undefined ? null : <p class="bad">The last message did not arrive. {webhook.problem}</p>}
        {secret === undefined ? null : (
          <>
            <p>Messages are signed with this secret, as Standard Webhooks says. It is shown only now.</p>
            <pre>{secret}</pre>
          </>
        )}
        {problem === undefined ? null : <p role="alert">{problem}</p>}
        <form method="post" action="/webhook">
          <label>
            Address <input name="url" type="url" placeholder="https://example.com/hook" maxlength={500} required />
          </label>
          <div class="row">
            <button type="submit">Save</button>
          </div>
        </form>
        {webhook ? (
          <form method="post" action="/webhook">
            <input type="hidden" name="url" value="" />
            <div class="row">
              <button type="submit" class="quiet">
                Stop telling it
              </button>
            </div>
          </form>
        ) : null}
      </section>
      <p>
        <a href="/">Back to the dashboard</a>
      </p>
    </Layout>
  );
}

/** One line about what fired. */
export function describe({ kind, contract, account, value, above, below }: AlertsOverview['firings'][number]): string {
  const limits = [above === undefined ? '' : `above ${above}`, below === undefined ? '' : `below ${below}`];
  const subject = [contract ?? account, kind.replace('_', ' ')].filter(Boolean).join(' ');
  return [subject, value, ...(value === undefined ? [] : [`(${limits.filter(Boolean).join(', ')})`])]
    .filter((part) => part !== undefined)
    .join(' ');
}
