import { Layout } from './layout.tsx';

/** Asks before something is done that cannot be taken back: what it means, the button that does it, and the way back. */
export function Confirm({
  title,
  meaning,
  action,
  button,
}: {
  title: string;
  meaning: string;
  /** Where the form is posted to. */
  action: string;
  button: string;
}) {
  return (
    <Layout title={title} signedIn>
      <section>
        <p>{meaning}</p>
        <form method="post" action={action}>
          <div class="row">
            <button type="submit" class="danger">
              {button}
            </button>
            <a class="button" href="/">
              Keep it
            </a>
          </div>
        </form>
      </section>
    </Layout>
  );
}
