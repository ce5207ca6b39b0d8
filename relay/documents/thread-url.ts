import { URL } from 'node:url';

/** The program of the thread that reads documents. The build puts it into the one file that the relay is. */
export const threadUrl: URL = new URL('./thread-main.ts', import.meta.url);
