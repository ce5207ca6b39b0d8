const days = new Map<string, Intl.DateTimeFormat>();

/** The date of a moment in the gateway's zone, whose completed orders and executions are those of one day. */
export function gatewayDay(at: number, zone: string): string {
  let format = days.get(zone);
  if (!format) {
    format = formatFor(zone);
    days.set(zone, format);
  }
  return format.format(at);
}

/** A zone that this machine does not know counts as UTC. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  } catch {
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', dateStyle: 'short' });
  }
}
