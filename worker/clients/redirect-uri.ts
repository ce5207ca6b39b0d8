import { isLoopback } from '../../shared/loopback.ts';

/** Where an authorization code goes: a website, a server on the person's own machine, or whatever app opens a scheme. */
export type RedirectTarget =
  | { readonly kind: 'web' | 'loopback'; readonly host: string }
  | { readonly kind: 'app'; readonly scheme: string };

/** Schemes that browsers, systems or websites open, and no app of the client's own. `http` is here for hosts elsewhere. */
const schemesOfOthers: ReadonlySet<string> = new Set(
  `about acct afp android-app app app-prefs bitcoin blob callto cid cloudflare content cvs data dav dict dns ethereum
  ext facetime facetime-audio feed file filesystem finger fish ftp ftps geo git gopher hcp help http https im imap
  imaps info intent ipfs ipns ipp ipps irc irc6 ircs itms itms-apps itms-appss itms-services jar javascript jdbc
  jscript ldap ldaps livescript magnet mailbox mailto maps market mhtml mid mk mms mmsto mocha news nfs nntp ntp
  pkcs11 pop pop3 prefs rdp res resource rlogin rsync rtsp rtsps sftp shell shortcuts shttp sip sips skype sms smsto
  smb smtp snews socks spotlight ssh stun svn tel telnet tftp udp urn vbs vbscript view-source vnc wais webcal
  webcals ws wss wyciwyg xmpp z39.50`.split(/\s+/),
);

/** The same by family: insides of browsers, handlers of an operating system, schemes that any website may claim. */
const familiesOfOthers =
  /^(?:brave|browser|chrome|chromium|edge|moz|opera|safari|vivaldi|webkit)(?:$|-)|^(?:ms|search|windows|x-apple|x-web)-|^search$|^(?:ext|web)\+/;

/**
 * Reads a redirect address of a client: `https`, `http` on a loopback host (RFC 8252 §7.3), or a scheme of the client's
 * own with a path (§7.1; `cursor://…/callback`, `com.example.app:/cb`).
 *
 * @returns undefined for an address to which no code may ever be sent
 */
export function redirectTarget(uri: string): RedirectTarget | undefined {
  // URL parsers drop or turn these, so that what was checked would not be what is opened.
  if (/[\p{Cc}\p{Z}\\#"<>]/u.test(uri) || !URL.canParse(uri)) return undefined;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return undefined;
  const scheme = protocol.slice(0, -1);
  if (scheme === 'https' || scheme === 'http') {
    if (!/^https?:\/\/[^/]/i.test(uri)) return undefined;
    if (isLoopback(hostname)) return { kind: 'loopback', host: hostname };
    return scheme === 'https' ? { kind: 'web', host: hostname } : undefined;
  }
  if (schemesOfOthers.has(scheme) || familiesOfOthers.test(scheme)) return undefined;
  // Without a slash it is not a place but a text for whoever opens it, as after `javascript:`.
  return uri.slice(protocol.length).startsWith('/') ? { kind: 'app', scheme } : undefined;
}
