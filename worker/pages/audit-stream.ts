/** Lines that are asked for at once. */
const atOnce = 500;

/** As much of a Home as the audit's export needs. */
interface AuditSource {
  auditLines(after: number, limit: number): Promise<{ seq: number; text: string }[]>;
}

/** The whole audit as JSON lines, read piece by piece as it is taken. */
export function auditStream(home: AuditSource): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after = 0;
  return new ReadableStream({
    async pull(controller) {
      const lines = await home.auditLines(after, atOnce);
      const last = lines.at(-1);
      if (!last) {
        controller.close();
        return;
      }
      after = last.seq;
      controller.enqueue(encoder.encode(lines.map(({ text }) => `${text}\n`).join('')));
    },
  });
}
