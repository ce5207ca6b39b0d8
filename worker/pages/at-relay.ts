/** The line that somebody at home types to have the relay's container carry out a command. */
export function atRelay(command: string): string {
  return `docker compose -f docker-compose.relay.yml exec relay node /app/relay.mjs ${command}`;
}
