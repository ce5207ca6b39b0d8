import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import passkeyScript from '../browser/dist/passkeys.txt';
import type { Env } from '../env.ts';
import type { LimitsView, StopResult } from '../home/home.ts';
import type { PageContext, PageEnv } from '../page-context.ts';
import { isStorageError } from '../storage/errors.ts';
import { accountRoutes } from './account-routes.tsx';
import { AlertsPage } from './alerts.tsx';
import { AuditPage } from './audit.tsx';
import { auditStream } from './audit-stream.ts';
import { decideConsent, showConsent } from './authorize.tsx';
import { Confirm } from './confirm.tsx';
import { type ConnectedApp, connectedApps } from './connected-apps.ts';
import { ConnectorPage } from './connector.tsx';
import { Dashboard } from './dashboard.tsx';
import { displayName } from './display-name.ts';
import { door } from './door.tsx';
import { formOf } from './form.ts';
import { Message } from './layout.tsx';
import { LimitsPage } from './limits.tsx';
import { homeOf } from './objects.ts';
import { ownerHere } from './owner-here.ts';
import { passkeyEndpoints } from './passkey-endpoints.ts';
import { relayRoutes } from './relay-routes.tsx';
import { script } from './script.ts';
import { proven, signedIn } from './signed-in.ts';
import { style } from './style.ts';
import { TradingPage } from './trading.tsx';

const shownApps = 100;

/** Every page for people: server-rendered forms that work without JavaScript. */
export const pages = new Hono<PageEnv>();

pages.use(
  secureHeaders({
    // No form-action: Chrome applies it to the redirect that ends a consent, which goes to the client's own host.
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      scriptSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // Not no-referrer: browsers then send forms with a null Origin, and the CSRF check could not tell ours from others'.
    referrerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
  }),
);
pages.use(csrf());
pages.use(async (context, next) => {
  await next();
  if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
});

pages.get('/healthz', (context) => context.json({ ok: true }));
pages.get('/style.css', (context) =>
  context.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=3600' }),
);

const asScript = { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'public, max-age=3600' };
pages.get('/script.js', (context) => context.body(script, 200, asScript));
pages.get('/passkeys.js', (context) => context.body(passkeyScript, 200, asScript));

pages.get('/mcp', (context) => context.html(<ConnectorPage address={new URL(context.req.url).href} />));

pages.route('/', door);
pages.route('/passkeys', passkeyEndpoints);
pages.route('/', accountRoutes);
pages.route('/', relayRoutes);

pages.get('/authorize', signedIn, showConsent);
pages.post('/authorize', signedIn, decideConsent);

pages.get('/', signedIn, async (context) => {
  const { userId } = context.var;
  const home = context.env.HOME.getByName(userId);
  const [{ relays }, alerts] = await Promise.all([home.relays(), home.alertsOverview()]);
  const connected = await appsOf(context.env, userId);
  return context.html(
    <Dashboard origin={new URL(context.req.url).origin} relays={relays} {...connected} alerts={alerts} />,
  );
});

pages.get('/alerts', signedIn, async (context) => {
  const overview = await homeOf(context).alertsOverview();
  return context.html(<AlertsPage overview={overview} />);
});

pages.post('/webhook', signedIn, async (context) => {
  const home = homeOf(context);
  const url = (await formOf(context)).get('url');
  const outcome = await home.setWebhook(typeof url === 'string' ? url : '');
  if (!outcome) return context.redirect('/alerts', 303);
  return context.html(
    <AlertsPage overview={await home.alertsOverview()} {...outcome} />,
    'problem' in outcome ? 400 : 200,
  );
});

pages.get('/trading', signedIn, async (context) => showTrading(context));

pages.post('/trading/stop', signedIn, async (context) =>
  showTrading(context, await homeOf(context).setStopped(true, ownerHere(context))),
);

pages.post('/trading/resume', signedIn, proven('/trading'), async (context) =>
  showTrading(context, await homeOf(context).setStopped(false, ownerHere(context))),
);

pages.get('/trading/limits', signedIn, proven(), async (context) =>
  showLimits(context, await homeOf(context).limits()),
);

pages.post('/trading/limits', signedIn, proven('/trading/limits'), async (context) => {
  const { seen = '', ...values } = Object.fromEntries(
    [...(await formOf(context))].map(([name, value]) => [name, String(value)]),
  );
  const refused = await homeOf(context).setLimits(values, seen, ownerHere(context));
  return refused ? showLimits(context, refused) : context.redirect('/trading', 303);
});

pages.get('/trading/audit', signedIn, proven(), async (context) => {
  const verdict = await homeOf(context).verifyAudit();
  return verdict ? context.html(<AuditPage verdict={verdict} />) : context.notFound();
});

pages.get('/trading/audit.jsonl', signedIn, proven(), (context) =>
  context.body(auditStream(homeOf(context)), 200, {
    'Content-Type': 'application/jsonl; charset=utf-8',
    'Content-Disposition': 'attachment; filename="audit.jsonl"',
  }),
);

pages.get('/apps/:id/disconnect', signedIn, async (context) => {
  const id = context.req.param('id');
  const { apps } = await appsOf(context.env, context.var.userId);
  const app = apps.find((candidate) => candidate.id === id);
  if (!app) return context.notFound();
  return context.html(
    <Confirm
      title={`Disconnect ${displayName(app.name)}?`}
      meaning="Its access ends at once. It can ask you again."
      action={`/apps/${id}/revoke`}
      button="Disconnect"
    />,
  );
});

pages.post('/apps/:id/revoke', signedIn, async (context) => {
  await context.env.OAUTH_PROVIDER.revokeGrant(context.req.param('id'), context.var.userId);
  return context.redirect('/', 303);
});

pages.notFound((context) => context.html(<Message title="Not found" text="There is no such page." />, 404));

pages.onError((error, context) => {
  // The CSRF check refuses with these.
  if (error instanceof HTTPException) {
    return context.html(
      <Message title="Refused" text="This request was refused. Go back and try again." />,
      error.status,
    );
  }
  if (isStorageError(error)) {
    console.error(error.code, error.message);
    return context.html(<Message title="Storage" text={error.message} />, 503);
  }
  console.error('page failed', error);
  return context.html(<Message title="Something failed" text="That did not work. Try again in a moment." />, 500);
});

async function showTrading(context: PageContext, results: readonly StopResult[] = []) {
  const home = homeOf(context);
  const [{ relays }, views, limits] = await Promise.all([home.relays(), home.tradingViews(), home.limits()]);
  return context.html(<TradingPage relays={relays} views={views} limits={limits.set} results={results} />);
}

async function showLimits(context: PageContext, view: LimitsView) {
  const { relays } = await homeOf(context).relays();
  return context.html(<LimitsPage view={view} relays={relays} />, view.problem === undefined ? 200 : 400);
}

async function appsOf(env: Env, userId: string): Promise<{ apps: ConnectedApp[]; moreApps: boolean }> {
  // Enough for all that are shown beside some that never came back.
  const apps = connectedApps(userId, await env.HOME.getByName(userId).kvEntries(`grant:${userId}:`, 10 * shownApps));
  return { apps: apps.slice(0, shownApps), moreApps: apps.length > shownApps };
}
