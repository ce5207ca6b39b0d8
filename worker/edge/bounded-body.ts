/**
 * The request with its body read, or undefined when the body is larger than `maxBytes`. Nothing more than that is ever
 * held: a body that announces no length is counted while it arrives.
 */
export async function withBoundedBody(request: Request, maxBytes: number): Promise<Request | undefined> {
  if (!request.body) return request;
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body as ReadableStream<Uint8Array>) {
    size += piece.byteLength;
    // Leaving the loop cancels the stream.
    if (size > maxBytes) return undefined;
    pieces.push(piece);
  }
  return new Request(request, { body: new Blob(pieces) });
}
