import type { Child } from 'hono/jsx';

/** The frame of every page: plain HTML, one stylesheet, and a script that it works without. */
export function Layout({ title, signedIn, children }: { title: string; signedIn?: boolean; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title} · ibkr-remote-mcp</title>
        <link rel="stylesheet" href="/style.css" />
        <script src="/script.js" type="module" />
      </head>
      <body>
        <header>
          <a href="/">ibkr-remote-mcp</a>
          {signedIn ? (
            <nav>
              <a href="/people">People</a>
              <a href="/account">Security</a>
            </nav>
          ) : null}
          {signedIn ? (
            <form method="post" action="/sign-out">
              <button type="submit" class="quiet">
                Sign out
              </button>
            </form>
          ) : null}
        </header>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** A page that says one thing. */
export function Message({ title, text, signedIn }: { title: string; text: string; signedIn?: boolean }) {
  return (
    <Layout title={title} signedIn={signedIn}>
      <p role="alert">{text}</p>
      <p>
        <a href="/">Back to the dashboard</a>
      </p>
    </Layout>
  );
}
