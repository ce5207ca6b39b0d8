import type { Invitation, Person } from '../people/people.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';
import { Time } from './time.tsx';

/** Who belongs to this server, and who is invited; for its owners. */
export function PeoplePage({
  origin,
  people,
  invitations,
  self,
  invited,
}: {
  origin: string;
  people: readonly Person[];
  invitations: readonly Invitation[];
  self: string;
  /** An invitation that was just made; its code is shown this once. */
  invited?: { name: string; code: string };
}) {
  return (
    <Layout title="People" signedIn>
      {invited ? (
        <section>
          <h2>Invitation for {displayName(invited.name)}</h2>
          <p>Send this link by a way that only they read. It works once, within seven days, and is not shown again.</p>
          <pre>{`${origin}/join#${invited.code}`}</pre>
          <p class="soft">
            Or they open {origin}/join and type <code>{invited.code}</code>.
          </p>
        </section>
      ) : null}
      <section>
        <h2>On this server</h2>
        <ul>
          {people.map(({ userId, name, role, createdAt }) => (
            <li>
              <span>
                <strong>
                  <bdi>{displayName(name)}</bdi>
                </strong>
                {userId === self ? ' (you)' : ''}
                <br />
                <span class="soft">
                  {role}, since <Time at={createdAt} />
                </span>
              </span>
              {userId === self ? null : (
                <a class="button" href={`/people/${userId}/remove`} aria-label={`Remove ${displayName(name)}`}>
                  Remove …
                </a>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>Invitations</h2>
        {invitations.length === 0 ? <p class="soft">None is open.</p> : null}
        <ul>
          {invitations.map(({ id, name, role, expiresAt }) => (
            <li>
              <span>
                <strong>
                  <bdi>{displayName(name)}</bdi>
                </strong>
                <br />
                <span class="soft">
                  {role}, until <Time at={expiresAt} />
                </span>
              </span>
              <form method="post" action={`/people/invitations/${id}/withdraw`}>
                <button type="submit" class="quiet" aria-label={`Withdraw the invitation for ${displayName(name)}`}>
                  Withdraw
                </button>
              </form>
            </li>
          ))}
        </ul>
        <form method="post" action="/people/invitations">
          <label>
            Name
            <input type="text" name="name" maxlength={60} required />
          </label>
          <label class="option">
            <input type="checkbox" name="role" value="owner" />
            May invite others, too (owner)
          </label>
          <div class="row">
            <button type="submit">Invite</button>
          </div>
        </form>
        <p class="soft">Nobody on this server sees another’s account, relays, orders or audit log, owners included.</p>
      </section>
    </Layout>
  );
}
