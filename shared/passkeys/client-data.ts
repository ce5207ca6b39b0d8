import { fromBase64Url } from '../base64-url.ts';
import { PasskeyError } from './passkey.ts';

/**
 * Runs the library's check of what a browser answered, which throws for what is wrong, after one of ours.
 * @throws PasskeyError
 */
export async function checked<Result>(
  { response: { clientDataJSON } }: { readonly response: { readonly clientDataJSON: string } },
  verify: () => Promise<Result>,
): Promise<Result> {
  try {
    // A page of another site may hold ours in a frame; some browsers then name no top origin for the library to refuse.
    const { crossOrigin = false } = JSON.parse(new TextDecoder().decode(fromBase64Url(clientDataJSON))) as {
      crossOrigin?: unknown;
    };
    if (crossOrigin !== false) throw new PasskeyError('used in a frame of another site');
    return await verify();
  } catch (thrown) {
    if (thrown instanceof PasskeyError) throw thrown;
    throw new PasskeyError(thrown instanceof Error ? thrown.message : 'unreadable', { cause: thrown });
  }
}
