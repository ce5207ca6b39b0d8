import type { Child } from 'hono/jsx';

/** A form that ends in making or using a passkey, which takes the script that this form brings along. */
export function PasskeyForm({
  path,
  button,
  children,
}: {
  /** Which of the passkey endpoints. */
  path: 'sign-in' | 'step-up' | 'add' | 'enrol' | 'approver' | 'endorse';
  button: string;
  children?: Child;
}) {
  return (
    <>
      <form data-passkey={`/passkeys/${path}`}>
        {children}
        <p role="alert" />
        <div class="row">
          <button type="submit">{button}</button>
        </div>
      </form>
      <noscript>
        <p role="alert">Passkeys need JavaScript. Switch it on for this page and reload it.</p>
      </noscript>
      <script src="/passkeys.js" type="module" />
    </>
  );
}
