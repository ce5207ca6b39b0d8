import type { AlertsOverview, RelayView } from '../home/home.ts';
import { describe } from './alerts.tsx';
import type { ConnectedApp } from './connected-apps.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';
import { Time } from './time.tsx';

export function Dashboard({
  origin,
  relays,
  apps,
  moreApps,
  alerts,
}: {
  origin: string;
  relays: readonly RelayView[];
  apps: readonly ConnectedApp[];
  /** There are further ones, for which the page has no room. */
  moreApps: boolean;
  alerts: AlertsOverview;
}) {
  const [latest] = alerts.firings;
  const trades = relays.some(({ status }) => status !== undefined && status.trading !== 'read-only');
  return (
    <Layout title="Dashboard" signedIn>
      <section>
        <h2>Connector URL</h2>
        <pre>{origin}/mcp</pre>
        <p class="soft">Paste it into your assistant as a custom connector. For Claude Code:</p>
        <pre>claude mcp add --transport http ibkr {origin}/mcp</pre>
      </section>
      <div data-live="30">
        <section>
          <h2>Relays</h2>
          {relays.length === 0 ? <p>No relay yet. Get a pairing code and use it at home, next to IB Gateway.</p> : null}
          <ul>
            {relays.map((relay) => (
              <li>
                <Relay relay={relay} />
                <a class="button" href={`/relays/${relay.id}/remove`} aria-label={`Remove the relay ${relay.name}`}>
                  Remove …
                </a>
              </li>
            ))}
          </ul>
          <form method="post" action="/pairing-code">
            <div class="row">
              <button type="submit" class={relays.length === 0 ? undefined : 'quiet'}>
                Get a pairing code
              </button>
            </div>
          </form>
        </section>
        <section>
          <h2>Trading</h2>
          <p>
            {trades ? 'A relay may trade.' : 'No relay may trade.'} <a href="/trading">Orders, limits and the stop</a>
          </p>
        </section>
        <section>
          <h2>Alerts</h2>
          <p>
            {latest ? (
              <>
                <bdi>{describe(latest)}</bdi>, <Time at={latest.at} />
              </>
            ) : (
              'None has fired.'
            )}{' '}
            <a href="/alerts">
              {alerts.waiting} waiting, {alerts.firings.length} fired
            </a>
          </p>
        </section>
      </div>
      <section>
        <h2>Connected apps</h2>
        {apps.length === 0 ? <p>None yet.</p> : null}
        <ul>
          {apps.map(({ id, name, mayTrade, accounts, since }) => (
            <li>
              <div>
                <strong>
                  <bdi>{displayName(name)}</bdi>
                </strong>
                <div class="soft">
                  {mayTrade ? 'may read and trade' : 'may only read'}
                  {accounts ? ` ${shortList(accounts)}` : ''} · since <Time at={since} day />
                </div>
              </div>
              <a class="button" href={`/apps/${id}/disconnect`} aria-label={`Disconnect ${displayName(name)}`}>
                Disconnect …
              </a>
            </li>
          ))}
        </ul>
        {moreApps ? <p>There are more than these {apps.length}: disconnect some, and the others appear here.</p> : null}
      </section>
    </Layout>
  );
}

function shortList(accounts: readonly string[]): string {
  const more = accounts.length - 3;
  return more > 0 ? `${accounts.slice(0, 3).join(', ')} and ${more} more` : accounts.join(', ');
}

function Relay({ relay }: { relay: RelayView }) {
  const { status } = relay;
  const gateway = status?.gateway;
  const works = relay.online && gateway?.state === 'ready';
  return (
    <div>
      <a href={`/relays/${relay.id}`}>
        <strong>
          <bdi>{displayName(relay.name)}</bdi>
        </strong>
      </a>{' '}
      <span class={works ? 'good' : 'bad'}>
        {relay.online ? (works ? 'ready' : `gateway ${gateway?.state.replaceAll('_', ' ') ?? 'unknown'}`) : 'offline'}
      </span>
      <div class="soft">
        {status?.accounts.map(({ account, kind }) => `${account} (${kind})`).join(', ') || 'no account seen yet'}
        {status ? ` · ${status.trading}` : ''}
        {relay.online || relay.lastSeen === undefined ? null : (
          <>
            {' · seen '}
            <Time at={relay.lastSeen} />
          </>
        )}
      </div>
      {relay.online && gateway?.problem ? (
        <div>
          {gateway.problem} {gateway.nextStep}
        </div>
      ) : null}
      {relay.online ? null : <div>Start the relay at home; it connects by itself.</div>}
    </div>
  );
}
