/**
 * The date of a moment in the gateway's zone, whose completed orders and executions are those of one day. A zone that this
 * machine does not know counts as UTC.
 */
export function gatewayDay(at: number, zone: string): string {
  try {
    return dayIn(zone, at);
  } catch {
    return dayIn('UTC', at);
  }
}

/** Those of the zones that gateways had, which are one or two: to make one takes a hundred times as long as to use it. */
const formats = new Map<string, Intl.DateTimeFormat>();
const maxFormats = 20;

function dayIn(timeZone: string, at: number): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  if (formats.size < maxFormats) formats.set(timeZone, format);
  return format.format(at);
}
