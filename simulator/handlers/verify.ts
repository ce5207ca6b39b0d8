import type { Context, Handlers } from './handler.ts';

const notPermitted = 'The login is not permitted to verify API programs.';
/** The wire says it in words here. */
const failed = 'false';

const refuse = ({ session }: Context): void =>
  session.send('verifyCompleted', { isSuccessful: failed, errorText: notPermitted });

const refuseAuthentication = ({ session }: Context): void =>
  session.send('verifyAndAuthCompleted', { isSuccessful: failed, errorText: notPermitted });

/** Programs of the broker's partners can prove who they are; to everybody else the answer is no. */
export const verifyHandlers: Handlers = {
  verifyRequest: refuse,
  verifyMessage: refuse,
  verifyAndAuthRequest: refuseAuthentication,
  verifyAndAuthMessage: refuseAuthentication,
};
