import { plainText } from '../../shared/plain-text.ts';
import type { RelayView, StopResult, TradingOverview } from '../home/home.ts';
import { atRelay } from './at-relay.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';
import { Time } from './time.tsx';

/** What relays that trade do, and the lines with which their owner decides at home. */
export function TradingPage({
  relays,
  views,
  limits,
  results = [],
}: {
  relays: readonly RelayView[];
  views: readonly TradingOverview[];
  /** How many limits are set here. */
  limits: number;
  /** How a stop that was just asked for came out. */
  results?: readonly StopResult[];
}) {
  const nameOf = (device: string) => displayName(relays.find(({ id }) => id === device)?.name ?? device);
  const liftable = views.some(({ stopped }) => stopped?.where === 'dashboard');
  return (
    <Layout title="Trading" signedIn>
      {results.length === 0 ? null : (
        <section role="alert">
          <h2>What came of it</h2>
          <ul>
            {results.map(({ device, done, text }) => (
              <li>
                <div class={done ? 'good' : 'bad'}>
                  <bdi>{nameOf(device)}</bdi>: {plainText(text)}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {views.length === 0 ? (
        <section>
          <p>No relay trades. Trading is turned on at home, in the relay’s settings; nothing here can do that.</p>
        </section>
      ) : (
        <section>
          <h2>Stop</h2>
          <p>
            Every relay stops sending orders and cancels its own; orders that protect a position stay. What cannot be
            reached is named.
          </p>
          <form method="post" action="/trading/stop">
            <div class="row">
              <button type="submit" class="danger">
                Stop trading
              </button>
            </div>
          </form>
          {liftable ? (
            <form method="post" action="/trading/resume">
              <div class="row">
                <button type="submit" class="quiet">
                  Lift the stop that was set here
                </button>
              </div>
            </form>
          ) : null}
        </section>
      )}
      {views.map((view) => (
        <TradingSection view={view} name={nameOf(view.device)} />
      ))}
      {views.length === 0 && limits === 0 ? null : (
        <section>
          <h2>Limits</h2>
          <p>
            {limits === 0
              ? 'Only those at home hold; none is set here.'
              : `${limits} set here, on top of those at home.`}{' '}
            <a href="/trading/limits">Limits on orders</a>
          </p>
        </section>
      )}
      <section>
        <h2>Audit</h2>
        <p>
          Every order, decision and approval of the newest 20,000 lines, each with the hash of the one before it:{' '}
          <a href="/trading/audit">check it</a>, or take it away as <a href="/trading/audit.jsonl">audit.jsonl</a>. The
          relay keeps its own.
        </p>
      </section>
      <p>
        <a href="/">Back to the dashboard</a>
      </p>
    </Layout>
  );
}

function TradingSection({ view, name }: { view: TradingOverview; name: string }) {
  const { accounts, approval, policy, stopped, notes, needsTrust, kept, notices, tickets } = view;
  const unknown = tickets.filter(({ state }) => state === 'unknown');
  return (
    <section>
      <h2>
        <bdi>{name}</bdi>
      </h2>
      <p>
        {accounts.map(plainText).join(', ')} · approval {approval} · policy {plainText(policy)}
      </p>
      {stopped ? (
        <p class="bad">
          Stopped ({stopped.where.replace('_', ' ')}) since <Time at={stopped.since} />
        </p>
      ) : null}
      {notes.map((note) => (
        <p class="bad">{plainText(note)}</p>
      ))}
      <ul>
        {kept.map((line) => (
          <li>{plainText(line)}</li>
        ))}
        {notices.slice(-3).map(({ at, text }) => (
          <li>
            <div>
              {plainText(text)}, <Time at={at} />
            </div>
          </li>
        ))}
        {tickets.map(({ id, state, summary, message, nextStep, at }) => (
          <li>
            <div>
              <strong>
                <bdi>{plainText(summary)}</bdi>
              </strong>{' '}
              <span class={state === 'unknown' ? 'bad' : undefined}>{state.replaceAll('_', ' ')}</span>
              <div class="soft">
                {plainText(message)} {nextStep === undefined ? '' : `${plainText(nextStep)} `}· {id} · <Time at={at} />
              </div>
            </div>
          </li>
        ))}
      </ul>
      <p class="soft">At home, in the folder of the compose file:</p>
      <pre>
        {[
          ...(stopped ? [atRelay('resume-trading')] : [atRelay('stop-trading')]),
          ...(needsTrust ? [atRelay('trust')] : []),
          ...unknown.map(({ id }) => atRelay(`resolve ${id} --placed   # or --not-placed`)),
          atRelay('orders'),
          atRelay('audit --verify'),
        ].join('\n')}
      </pre>
    </section>
  );
}
