import type { SignInMethod } from '../sign-in/sign-in.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';

export function SignInPage({
  form,
  returnTo,
  app,
  problem,
}: {
  form: SignInMethod['form'];
  returnTo: string;
  /** What a sign-in is for, where an app sent the person here: its unproven name, or the host that its id names. */
  app?: string | undefined;
  problem?: string;
}) {
  return (
    <Layout title="Sign in">
      <section>
        {app === undefined ? null : (
          <p>
            To connect{' '}
            <strong>
              <bdi>{displayName(app)}</bdi>
            </strong>{' '}
            to your account. The next page asks before it gets anything.
          </p>
        )}
        <p>{form.hint}</p>
        {problem ? <p role="alert">{problem}</p> : null}
        <form method="post" action="/sign-in">
          <input type="hidden" name="return_to" value={returnTo} />
          {form.secretLabel ? (
            <label>
              {form.secretLabel}
              <input type="password" name="secret" autocomplete="one-time-code" required />
            </label>
          ) : null}
          <div class="row">
            <button type="submit">{form.button}</button>
          </div>
        </form>
      </section>
    </Layout>
  );
}
