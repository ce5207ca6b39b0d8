import type { RelayIdentity } from '../../shared/tunnel/relay-identity.ts';
import type { RelayDetails } from '../home/home.ts';
import { atRelay } from './at-relay.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';
import { Time } from './time.tsx';

/** One relay: what it is known by, so that its owner can tell it from another, and what can be done with it. */
export function RelayPage({ relay, identity }: { relay: RelayDetails; identity: RelayIdentity }) {
  const { id, name, online, since, lastSeen, status, host, pairedVersion, address, pairedAt, takenOverAt } = relay;
  const version = status?.version ?? pairedVersion;
  return (
    <Layout title={`Relay ${displayName(name)}`} signedIn>
      {takenOverAt === null ? null : (
        <section class="warning">
          <h2>Was its key used twice?</h2>
          <p>
            Another process with this relay’s key took over at <Time at={takenOverAt} />, while the one before was still
            connected. After a restart of the machine that is nothing. If you did not restart it, two relays share one
            key: stop one of them, or remove this relay and pair again.
          </p>
        </section>
      )}
      <section>
        <h2>Is it yours?</h2>
        <p>The relay says these words as it is paired, in its log, and whenever you run its doctor command.</p>
        <pre>{identity.phrase}</pre>
        <p class="soft">
          If they differ, somebody else used your pairing code: remove this relay. Fingerprint of its key:
        </p>
        <pre>{identity.fingerprint}</pre>
      </section>
      <section>
        <h2>Known of it</h2>
        <ul>
          <Fact name="Connection">
            {online ? 'connected' : 'offline'}
            {online && since !== undefined ? (
              <>
                {' since '}
                <Time at={since} />
              </>
            ) : null}
            {!online && lastSeen !== undefined ? (
              <>
                {', seen '}
                <Time at={lastSeen} />
              </>
            ) : null}
          </Fact>
          <Fact name="Machine">{host === null ? 'not told' : displayName(host)}</Fact>
          <Fact name="Version">{version === null ? 'not told' : displayName(version)}</Fact>
          <Fact name="Paired">
            <Time at={pairedAt} />
            {address === null ? '' : ` from ${address}`}
          </Fact>
        </ul>
      </section>
      <section>
        <h2>Change</h2>
        <form method="post" action={`/relays/${id}/rename`}>
          <label>
            Name
            <input type="text" name="name" maxlength={100} required value={name} />
          </label>
          <div class="row">
            <button type="submit" class="quiet">
              Rename
            </button>
            <a class="button" href={`/relays/${id}/remove`}>
              Remove …
            </a>
          </div>
        </form>
        <p class="soft">A new key, when the old one may have been copied; then restart the relay:</p>
        <pre>{atRelay('rotate-key')}</pre>
      </section>
    </Layout>
  );
}

function Fact({ name, children }: { name: string; children: unknown }) {
  return (
    <li>
      <span class="soft">{name}</span>
      <span>
        <bdi>{children}</bdi>
      </span>
    </li>
  );
}

/** Shows a pairing code, which exists only on this page and only for ten minutes. */
export function PairingPage({ origin, code }: { origin: string; code: string }) {
  return (
    <Layout title="Pair a relay" signedIn>
      <section>
        <p>This code works once, for ten minutes. Whoever has it can connect a relay to your account.</p>
        <pre>{code}</pre>
        <p>
          At home, put it into <code>.env</code>, then start the containers:
        </p>
        <pre>{`RELAY_URL=${origin}\nRELAY_PAIRING_CODE=${code}`}</pre>
        <pre>docker compose -f docker-compose.relay.yml up -d</pre>
        <p>
          Then <a href="/">go back to the dashboard</a>, open the relay that appears there, and compare its four words
          with those in the relay’s log.
        </p>
      </section>
    </Layout>
  );
}
