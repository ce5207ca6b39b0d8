import { startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser';

/**
 * Runs in the browser. A form marked `data-passkey="PATH"` asks `PATH/options`, lets the person use or make a passkey,
 * and sends what came of it to `PATH`; the form's fields go along both times. What goes wrong is said in its `[role=alert]`.
 */
interface Options {
  secret: string;
  registration?: Parameters<typeof startRegistration>[0]['optionsJSON'];
  assertion?: Parameters<typeof startAuthentication>[0]['optionsJSON'];
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
  const alert = form.querySelector<HTMLElement>('[role=alert]');
  const button = form.querySelector('button');
  const path = form.dataset.passkey ?? '';
  // An invitation's link carries its code behind the #, which no server and no log sees.
  const code = form.querySelector<HTMLInputElement>('input[name=code]');
  if (code && location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, '', location.pathname + location.search);
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!alert || !button) return;
    alert.textContent = '';
    button.disabled = true;
    try {
      const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      const options = (await post(`${path}/options`, fields)) as Options;
      const response = options.registration
        ? await startRegistration({ optionsJSON: options.registration })
        : await startAuthentication({ optionsJSON: options.assertion! });
      const { to } = (await post(path, { ...fields, secret: options.secret, response })) as { to: string };
      location.assign(to);
    } catch (thrown) {
      alert.textContent = sentence(thrown);
      button.disabled = false;
    }
  });
}

async function post(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    redirect: 'error',
  });
  const value = (await answer.json().catch(() => ({}))) as { problem?: string };
  if (!answer.ok) throw new Refused(value.problem ?? 'That did not work. Try again in a moment.');
  return value;
}

class Refused extends Error {}

function sentence(thrown: unknown): string {
  if (thrown instanceof Refused) return thrown.message;
  if (thrown instanceof WebAuthnError && thrown.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
    return 'This device has a passkey for you already.';
  }
  if (thrown instanceof Error && thrown.name === 'NotAllowedError') {
    return 'Nothing was done: the passkey was not used, or it took too long. Try again.';
  }
  if (thrown instanceof TypeError) return 'The server could not be reached. Try again in a moment.';
  return 'This browser could not use a passkey here. Try again, or use another device.';
}
