import type { PasskeyView, SessionView } from '../home/home.ts';
import { ApproverSection, type ShownApprovers } from './approver-section.tsx';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';
import { PasskeyForm } from './passkey-form.tsx';
import { Time } from './time.tsx';

/** With what a person signs in, and where they are signed in. */
export function AccountPage({
  demo,
  fresh,
  passkeys,
  approvers,
  sessions,
  current,
  problem,
}: {
  demo: boolean;
  /** Whether the person proved who they are within the last minutes. */
  fresh: boolean;
  passkeys: readonly PasskeyView[];
  approvers: ShownApprovers;
  sessions: readonly SessionView[];
  /** The session of this browser. */
  current: string;
  problem?: string;
}) {
  return (
    <Layout title="Account security" signedIn>
      {problem ? <p role="alert">{problem}</p> : null}
      <section>
        <h2>Passkeys</h2>
        {demo ? <p class="soft">The demo user of a local trial needs none.</p> : null}
        <ul>
          {passkeys.map(({ id, name, createdAt, usedAt, backedUp }) => (
            <li>
              <span>
                <strong>
                  <bdi>{displayName(name)}</bdi>
                </strong>
                <br />
                <span class="soft">
                  made <Time at={createdAt} />
                  {usedAt === undefined ? (
                    ', never used'
                  ) : (
                    <>
                      , used <Time at={usedAt} />
                    </>
                  )}
                  {backedUp ? ', kept by your password manager' : ', on one device only'}
                </span>
              </span>
              {fresh && passkeys.length > 1 ? (
                <a
                  class="button"
                  href={`/account/passkeys/${id}/remove`}
                  aria-label={`Remove the passkey ${displayName(name)}`}
                >
                  Remove …
                </a>
              ) : null}
            </li>
          ))}
        </ul>
        {passkeys.length === 1 ? (
          <p class="soft">Make a second one on another device: with the only one lost, nobody can let you in.</p>
        ) : null}
        {demo ? null : fresh ? (
          <PasskeyForm path="add" button="Add a passkey">
            <label>
              Name of the new passkey
              <input type="text" name="name" placeholder="Phone" maxlength={60} required />
            </label>
          </PasskeyForm>
        ) : (
          <p>
            <a class="button" href="/step-up?return_to=%2Faccount">
              Confirm that it is you to change passkeys
            </a>
          </p>
        )}
      </section>
      <ApproverSection {...{ ...approvers, fresh }} />
      <section>
        <h2>Where you are signed in</h2>
        <ul>
          {sessions.map(({ id, device, createdAt, seenAt }) => (
            <li>
              <span>
                <strong>
                  <bdi>{displayName(device)}</bdi>
                </strong>
                {id === current ? ' (this browser)' : ''}
                <br />
                <span class="soft">
                  since <Time at={createdAt} />, last seen <Time at={seenAt} />
                </span>
              </span>
              {id === current ? null : (
                <form method="post" action={`/account/sessions/${id}/end`}>
                  <button type="submit" class="quiet" aria-label={`Sign out ${displayName(device)}`}>
                    Sign out
                  </button>
                </form>
              )}
            </li>
          ))}
        </ul>
        <form method="post" action="/account/sessions/end">
          <button type="submit" class="danger">
            Sign out everywhere
          </button>
        </form>
      </section>
      <section>
        <h2>Leave</h2>
        <a class="button" href="/account/delete">
          Delete everything …
        </a>
      </section>
    </Layout>
  );
}
