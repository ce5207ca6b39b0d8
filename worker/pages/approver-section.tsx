import type { ApproversOverview, RelayView } from '../home/home.ts';
import { atRelay } from './at-relay.ts';
import { displayName } from './display-name.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { Time } from './time.tsx';

/** A relay that can pin keys, and the fingerprints of those that it has pinned. */
interface PinningRelay {
  readonly name: string;
  readonly pinned: readonly string[];
}

export interface ShownApprovers {
  readonly approvers: ApproversOverview['views'];
  readonly relays: readonly PinningRelay[];
}

export function pinningRelays({ relays }: ApproversOverview, views: readonly RelayView[]): PinningRelay[] {
  return relays.flatMap(({ device, pinned }) => {
    const view = views.find(({ id }) => id === device);
    return view ? [{ name: displayName(view.name), pinned }] : [];
  });
}

/** The keys with which a person approves orders, and where they are pinned. */
export function ApproverSection({ approvers, relays, fresh }: ShownApprovers & { fresh: boolean }) {
  return (
    <section id="approvers">
      <h2>Keys that approve orders</h2>
      <p class="soft">
        They sign nobody in, and the passkeys above approve nothing. What they sign is checked at home, by the relay,
        and only with keys that are pinned there.
      </p>
      <ul>
        {approvers.map((approver) => (
          <li>
            <Approver {...{ approver, approvers, relays, fresh }} />
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

function Approver({
  approver: { fingerprint, name, createdAt, backedUp },
  approvers,
  relays,
  fresh,
}: ShownApprovers & { approver: ShownApprovers['approvers'][number]; fresh: boolean }) {
  const has = ({ pinned }: PinningRelay) => pinned.includes(fingerprint);
  const lacking = relays.filter((relay) => !has(relay));
  const vouchable = lacking.some(({ pinned }) => approvers.some((other) => pinned.includes(other.fingerprint)));
  return (
    <div>
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
      {relays.filter(has).map((relay) => (
        <p class="good">
          Pinned at home by <bdi>{relay.name}</bdi>.
        </p>
      ))}
      {lacking.map((relay) => (
        <p>
          Not pinned by <bdi>{relay.name}</bdi>: it accepts nothing that this key signs.
        </p>
      ))}
      {relays.length === 0 ? <p class="soft">No relay has said yet that it can pin keys.</p> : null}
      {lacking.length === 0 ? null : (
        <>
          <p class="soft">
            To pin it, compare the fingerprint there (<code>approvers list</code>), then type where the relay runs:
          </p>
          <pre>{atRelay(`approvers add ${fingerprint}`)}</pre>
        </>
      )}
      {fresh && vouchable ? (
        <PasskeyForm path="endorse" button={`Vouch for ${displayName(name)} with a pinned key`}>
          <input type="hidden" name="fingerprint" value={fingerprint} />
        </PasskeyForm>
      ) : null}
      {fresh ? (
        <p>
          <a
            class="button"
            href={`/account/approvers/${fingerprint}/remove`}
            aria-label={`Remove the key ${displayName(name)}`}
          >
            Remove …
          </a>
        </p>
      ) : null}
    </div>
  );
}
