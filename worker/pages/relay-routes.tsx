import { Hono } from 'hono';
import { plainText } from '../../shared/plain-text.ts';
import { identify } from '../../shared/tunnel/relay-identity.ts';
import type { PageEnv } from '../page-context.ts';
import { Confirm } from './confirm.tsx';
import { displayName } from './display-name.ts';
import { formOf } from './form.ts';
import { directoryOf, homeOf } from './objects.ts';
import { PairingPage, RelayPage } from './relay.tsx';
import { proven, signedIn } from './signed-in.ts';

/** A person's relays: pairing one, looking at one, renaming and removing it. */
export const relayRoutes = new Hono<PageEnv>();

relayRoutes.post('/pairing-code', signedIn, proven('/'), async (context) => {
  const code = await directoryOf(context).createPairingCode(context.var.userId);
  if (context.req.header('Accept') === 'application/json') return context.json({ code });
  return context.html(<PairingPage origin={new URL(context.req.url).origin} code={code} />);
});

relayRoutes.use('/relays/*', signedIn);

relayRoutes.get('/relays', async (context) => context.json(await homeOf(context).relays()));

relayRoutes.get('/relays/:id', async (context) => {
  const relay = await homeOf(context).relay(context.req.param('id'));
  if (!relay) return context.notFound();
  const identity = await identify(context.var.userId, relay.id, relay.publicKey);
  return context.html(<RelayPage relay={relay} identity={identity} />);
});

relayRoutes.post('/relays/:id/rename', async (context) => {
  const id = context.req.param('id');
  const name = plainText(String((await formOf(context)).get('name') ?? '')).slice(0, 100);
  if (name) await homeOf(context).renameRelay(id, name);
  return context.redirect(`/relays/${id}`, 303);
});

relayRoutes.get('/relays/:id/remove', async (context) => {
  const relay = await homeOf(context).relay(context.req.param('id'));
  if (!relay) return context.notFound();
  return context.html(
    <Confirm
      title={`Remove the relay ${displayName(relay.name)}?`}
      meaning="Its key stops working at once, and your assistants can no longer reach its accounts. To use it again, pair it with a new code."
      action={`/relays/${relay.id}/revoke`}
      button="Remove"
    />,
  );
});

relayRoutes.post('/relays/:id/revoke', async (context) => {
  await homeOf(context).revokeDevice(context.req.param('id'));
  return context.redirect('/', 303);
});
