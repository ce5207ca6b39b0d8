import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';
import { PasskeyForm } from './passkey-form.tsx';

/** Signing in: with a passkey, or as the demo user of a local trial. */
export function SignInPage({
  demo,
  recovering,
  returnTo,
  app,
  ended,
}: {
  demo: boolean;
  recovering: boolean;
  returnTo: string;
  /** What a sign-in is for, where an app sent the person here: its unproven name, or the host that its id names. */
  app?: string | undefined;
  /** Whether something was asked for after the session had ended. */
  ended: boolean;
}) {
  return (
    <Layout title="Sign in">
      <section>
        {ended ? <p role="alert">Your session had ended, so nothing was done. Sign in and try again.</p> : null}
        {app === undefined ? null : (
          <p>
            To connect{' '}
            <strong>
              <bdi>{displayName(app)}</bdi>
            </strong>{' '}
            to your account. The next page asks before it gets anything.
          </p>
        )}
        {demo ? (
          <>
            <p>This is a local trial with a simulated gateway. Nobody needs to sign up for anything.</p>
            <form method="post" action="/sign-in">
              <input type="hidden" name="return_to" value={returnTo} />
              <div class="row">
                <button type="submit">Continue as the demo user</button>
              </div>
            </form>
          </>
        ) : (
          <>
            <p>Your device shows the passkeys that you have for this server.</p>
            <PasskeyForm path="sign-in" button="Sign in with a passkey">
              <input type="hidden" name="return_to" value={returnTo} />
            </PasskeyForm>
            <p>
              <a href="/join">I have an invitation</a>
            </p>
          </>
        )}
        {recovering && !demo ? (
          <p>
            Recovery is switched on for the owner: <a href="/setup">make a new passkey with the setup code</a>.
          </p>
        ) : null}
      </section>
    </Layout>
  );
}

/** The first visit to a new deployment, or an owner who has lost every passkey. */
export function SetupPage({ recovering, rpId }: { recovering: boolean; rpId: string }) {
  return (
    <Layout title={recovering ? 'Recover this server' : 'Set up this server'}>
      <section>
        <p>The setup code is the Worker secret SETUP_CODE, set by whoever deployed this server.</p>
        <p>
          Your passkey will belong to <strong>{rpId}</strong> for good: should this server move to another domain, every
          passkey has to be made again.
        </p>
        <PasskeyForm path="enrol" button="Create my passkey">
          <input type="hidden" name="by" value="setup" />
          {recovering ? null : (
            <label>
              Your name
              <input type="text" name="name" autocomplete="name" maxlength={60} required />
            </label>
          )}
          <label>
            Setup code
            <input type="password" name="code" autocomplete="one-time-code" required />
          </label>
        </PasskeyForm>
      </section>
    </Layout>
  );
}

/** Somebody who was invited. */
export function JoinPage() {
  return (
    <Layout title="Join this server">
      <section>
        <p>
          Somebody has invited you to use their server with your own account. You get a place of your own here: your
          relay, your limits and what you allow are nobody else’s.
        </p>
        <PasskeyForm path="enrol" button="Create my passkey">
          <input type="hidden" name="by" value="invitation" />
          <label>
            Invitation code
            <input type="text" name="code" autocomplete="off" autocapitalize="characters" spellcheck={false} required />
          </label>
        </PasskeyForm>
      </section>
    </Layout>
  );
}

/** Asks a signed-in person to show again who they are. */
export function StepUpPage({ demo, returnTo }: { demo: boolean; returnTo: string }) {
  return (
    <Layout title="Confirm that it is you" signedIn>
      <section>
        <p>What you are about to do matters. Confirm it once more; this holds for ten minutes.</p>
        {demo ? (
          <form method="post" action="/step-up">
            <input type="hidden" name="return_to" value={returnTo} />
            <div class="row">
              <button type="submit">Confirm as the demo user</button>
            </div>
          </form>
        ) : (
          <PasskeyForm path="step-up" button="Confirm with a passkey">
            <input type="hidden" name="return_to" value={returnTo} />
          </PasskeyForm>
        )}
      </section>
    </Layout>
  );
}
