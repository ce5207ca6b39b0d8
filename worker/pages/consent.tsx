import type { ConsentDescription } from '@cloudflare/workers-oauth-provider';
import { scopes } from '../../shared/tools/support/define.ts';
import { toolsetNames, toolsets } from '../../shared/tools/support/toolsets.ts';
import type { RelayView } from '../home/home.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';

/** Who asks, where access will go, for which accounts, and what it allows. Trading is never ticked beforehand. */
export function ConsentPage({
  details,
  handle,
  relays,
}: {
  details: ConsentDescription;
  handle: string;
  relays: readonly RelayView[];
}) {
  const name = <bdi>{displayName(details.clientName)}</bdi>;
  const accounts = relays.flatMap((relay) => relay.status?.accounts ?? []);
  return (
    <Layout title={`Allow ${displayName(details.clientName)} to use your account?`} signedIn>
      <section>
        <p>
          {details.clientDomain ? (
            <>
              <strong>{name}</strong> is published by <strong>{details.clientDomain}</strong>.
            </>
          ) : (
            <>
              <strong>{name}</strong> registered itself: <strong>its name is not verified.</strong>
            </>
          )}
        </p>
        <p>
          Access will be sent to <strong>{details.redirectHost}</strong>.
        </p>
        {details.redirectIsLoopback ? (
          <p class="bad">
            That is an app on your own computer. Continue only if you have just started connecting it yourself.
          </p>
        ) : null}
        <p>
          Accounts:{' '}
          {accounts.length === 0
            ? 'none seen yet; whatever your relay serves'
            : accounts.map(({ account, kind }) => `${account} (${kind})`).join(', ')}
        </p>
      </section>
      <form method="post" action="/authorize">
        <input type="hidden" name="handle" value={handle} />
        <section>
          <p>It will be able to read balances, positions, quotes and other market data.</p>
          <fieldset>
            <legend>Tools it will see; fewer leave it more room to think</legend>
            {toolsetNames.map((name) => (
              <label class="option">
                <input type="checkbox" name="toolset" value={name} checked disabled={name === 'core'} />
                <span>{toolsets[name]}</span>
              </label>
            ))}
          </fieldset>
          <label class="option">
            <input type="checkbox" name="scope" value={scopes.trade} />
            <span>
              Allow trading{' '}
              <span class="soft">
                ({scopes.trade}) — your relay must allow it too, and there are no order tools yet
              </span>
            </span>
          </label>
        </section>
        <div class="row">
          <button type="submit" name="decision" value="approve">
            Allow
          </button>
          <button type="submit" class="quiet" name="decision" value="deny">
            Deny
          </button>
        </div>
      </form>
    </Layout>
  );
}
