import type { SignInMethod } from '../sign-in/sign-in.ts';
import { Layout } from './layout.tsx';

export function SignInPage({
  form,
  returnTo,
  problem,
}: {
  form: SignInMethod['form'];
  returnTo: string;
  problem?: string;
}) {
  return (
    <Layout title="Sign in">
      <section>
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
