import type { ApproverView } from '../home/home.ts';
import { displayName } from './display-name.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { Time } from './time.tsx';

/** The keys with which a person approves orders. */
export function ApproverSection({ approvers, fresh }: { approvers: readonly ApproverView[]; fresh: boolean }) {
  return (
    <section id="approvers">
      <h2>Keys that approve orders</h2>
      <p class="soft">
        They sign nobody in, and the passkeys above approve nothing. What they sign is checked at home, by the relay,
        and only with keys whose fingerprint was confirmed there.
      </p>
      <ul>
        {approvers.map(({ fingerprint, name, createdAt, backedUp }) => (
          <li>
            <span>
              <strong>
                <bdi>{displayName(name)}</bdi>
              </strong>
              <br />
              <code>{fingerprint}</code>
              <br />
              <span class="soft">
                made <Time at={createdAt} />
                {backedUp ? ', kept by your password manager' : ', on one device only'}
              </span>
            </span>
            {fresh ? (
              <a
                class="button"
                href={`/account/approvers/${fingerprint}/remove`}
                aria-label={`Remove the key ${displayName(name)}`}
              >
                Remove …
              </a>
            ) : null}
          </li>
        ))}
      </ul>
      {fresh ? (
        <PasskeyForm path="approver" button="Add a key that approves orders">
          <label>
            Name of the new key
            <input type="text" name="name" placeholder="Security key" maxlength={60} required />
          </label>
        </PasskeyForm>
      ) : (
        <p>
          <a class="button" href="/step-up?return_to=%2Faccount">
            Confirm that it is you to change these keys
          </a>
        </p>
      )}
    </section>
  );
}
