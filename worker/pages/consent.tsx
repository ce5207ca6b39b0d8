import { scopes } from '../../shared/tools/support/define.ts';
import { toolsetNames, toolsets } from '../../shared/tools/support/toolsets.ts';
import type { RedirectTarget } from '../clients/redirect-uri.ts';
import type { RelayView } from '../home/home.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';

/**
 * Who asks, where access will go, for which accounts, and what it allows. Trading is offered only to those who may be
 * granted it, and never ticked beforehand.
 *
 * @param publisher the host that vouches for the name; a name without one is only the app's own word
 */
export function ConsentPage({
  clientName,
  publisher,
  target,
  mayTrade,
  handle,
  again,
  relays,
}: {
  clientName: string;
  publisher: string | undefined;
  target: RedirectTarget;
  mayTrade: boolean;
  handle: string;
  /** The path of this page, to come back to. */
  again: string;
  relays: readonly RelayView[];
}) {
  const name = <bdi>{displayName(clientName)}</bdi>;
  const accounts = relays.flatMap((relay) => relay.status?.accounts ?? []);
  return (
    <Layout title={`Allow ${displayName(clientName)} to use your account?`} signedIn>
      <section>
        <p>
          {publisher ? (
            <>
              <strong>{name}</strong> is published by <strong>{publisher}</strong>.
            </>
          ) : (
            <>
              <strong>{name}</strong> registered itself: <strong>its name is not verified.</strong>
            </>
          )}
        </p>
        <Destination target={target} />
        {accounts.length > 1 ? null : (
          <p>
            Accounts:{' '}
            {accounts.length === 0
              ? 'none seen yet; whatever your relay serves'
              : accounts.map(({ account, kind }) => `${account} (${kind})`).join(', ')}
          </p>
        )}
      </section>
      <form method="post" action="/authorize">
        <input type="hidden" name="handle" value={handle} />
        <input type="hidden" name="again" value={again} />
        {accounts.length > 1 ? <AccountChoice accounts={accounts} /> : null}
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
          {mayTrade ? (
            <label class="option">
              <input type="checkbox" name="scope" value={scopes.trade} />
              <span>
                Allow trading{' '}
                <span class="soft">
                  ({scopes.trade}) — within the limits that you set, and only where your relay at home allows it too
                </span>
              </span>
            </label>
          ) : (
            <p class="soft">It did not ask to trade, and will not be able to.</p>
          )}
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

/** More would be no choice any more. */
const maxChoices = 100;

/** All accounts, those included that are opened later, or some. Whatever is ticked limits, so that a tick is never too much. */
function AccountChoice({ accounts }: { accounts: readonly { account: string; kind: string }[] }) {
  return (
    <section>
      <fieldset>
        <legend>Accounts that it will see</legend>
        <label class="option">
          <input type="radio" name="accounts" value="all" checked />
          <span>All of them, and those that your relays serve later</span>
        </label>
        <label class="option">
          <input type="radio" name="accounts" value="some" />
          <span>Only those ticked here:</span>
        </label>
        {accounts.slice(0, maxChoices).map(({ account, kind }) => (
          <label class="option">
            <input type="checkbox" name="account" value={account} />
            <span>
              {account} ({kind})
            </span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}

/** Where access goes. Apps on the person's own device are told apart by nothing: whichever of them listens gets it. */
function Destination({ target }: { target: RedirectTarget }) {
  return (
    <>
      <p>
        Access will be sent to{' '}
        <strong>{target.kind === 'app' ? `the app that opens ${target.scheme}:` : target.host}</strong>.
      </p>
      {target.kind === 'web' ? null : (
        <p class="bad">
          That is an app on your own computer. Continue only if you have just started connecting it yourself.
        </p>
      )}
    </>
  );
}
