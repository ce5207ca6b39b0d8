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

function dayIn(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
}
