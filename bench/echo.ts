import WebSocket from 'ws';

/** The floor's relay: a process of its own that sends every message back. */
const socket = new WebSocket(process.argv[2] ?? '', { perMessageDeflate: false });
socket.on('message', (data) => socket.send(String(data)));
socket.on('open', () => console.log('ready'));
socket.on('close', () => process.exit());
process.stdin.on('end', () => process.exit()).resume();
