import { usesOf } from '../admin/describe-client';
import type { ClientCredentials } from '../clients/verifier';
import { isTrustedUrl, TRUSTED_URL } from '../internal/urls';
import { UsageError, type Command, type Input, type Output } from './command';
import type { Check, ReportedCheck } from './deployment/check';
import { checkDeployment, type Inspection } from './deployment/check-deployment';
import type { Target } from './deployment/target';
import { readAll } from './list-clients';
import { checkKey, checkMode, checkRecord, checkToken, type Finding } from './local-findings';
import { counted, table } from './print';
import { STORE_OPTIONS, withStore } from './stores';

/** The options that say what to look at from outside. */
const URL_OPTIONS = ['path', 'client', 'route', 'origin'];

/** The command that checks keys, clients and tokens for weaknesses, and a deployment from outside. */
export const DOCTOR: Command = {
  name: 'doctor',
  args: [],
  summary:
    'check for weak keys, weak hashes, readable files and expiring secrets, or check a running API; exit code 1 if there is a problem',
  options: {
    ...STORE_OPTIONS,
    key: {
      value: 'PATH',
      help: 'the file of the key: PEM, or the text of a secret (default: the environment variable JWT_SECRET)',
    },
    url: {
      value: 'URL',
      help: 'check the running API at this URL as a client would, with 30 requests at most; clients and keys are then only checked if you name them',
    },
    path: { value: 'PATH', help: 'the path of the token route, below --url (default: /auth/jwt)' },
    client: {
      value: 'CLIENT-ID',
      help: 'also get tokens as this client, with its secret from standard input',
    },
    route: {
      value: 'PATH',
      help: 'also call this guarded route, below --url, with GET, HEAD and (for --origin) OPTIONS',
    },
    origin: { value: 'ORIGIN', help: 'also check CORS for pages of this origin' },
    token: {
      help: 'also check a token of your app from standard input: its lifetime, iss and aud',
    },
  },
  run: async (input) => {
    const target = await readTarget(input);
    const inspection = target && (await checkDeployment(target, input.terminal));
    const hasStore = Object.keys(STORE_OPTIONS).some((name) => input.text(name) !== undefined);
    const checksKey = target === undefined || hasStore || input.text('key') !== undefined;
    const findings = [
      ...(checksKey ? await checkKey(input) : []),
      ...(input.isSet('token') ? await checkToken(input) : []),
    ];
    if (inspection !== undefined && !hasStore) return report(undefined, findings, inspection);
    return withStore(input, false, async ({ store, file }) => {
      const clients = await readAll(store);
      const uses = await usesOf(store, clients);
      const more = [
        ...(file === undefined ? [] : await checkMode(file)),
        ...clients.flatMap((record) => checkRecord(record, input.terminal.nowMs(), uses)),
      ];
      return report(clients.length, [...findings, ...more], inspection);
    });
  },
};

async function readTarget(input: Input): Promise<Target | undefined> {
  const url = input.text('url');
  if (url === undefined) {
    const given = URL_OPTIONS.find((name) => input.text(name) !== undefined);
    if (given !== undefined) throw new UsageError(`--${given} needs --url.`);
    return undefined;
  }
  if (!isTrustedUrl(url)) throw new UsageError(`--url must be ${TRUSTED_URL}.`);
  const origin = input.text('origin');
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).origin === origin))
    throw new UsageError('--origin must be an origin such as https://app.example.com');
  const base = url.replace(/\/$/, '');
  const route = readPath(input, 'route');
  return {
    url: base,
    origin,
    tokenRoute: base + (readPath(input, 'path') ?? '/auth/jwt'),
    guardedRoute: route && base + route,
    credentials: await readCredentials(input),
  };
}

/** Reads a path. Throws a UsageError if it could change the host, or has a query. */
function readPath(input: Input, name: string): string | undefined {
  const path = input.text(name);
  if (path === undefined || /^\/(?!\/)[^?#\\\s]*$/.test(path)) return path;
  throw new UsageError(`--${name} must be a path such as /reports, without a query.`);
}

async function readCredentials(input: Input): Promise<ClientCredentials | undefined> {
  const clientId = input.text('client');
  if (clientId === undefined) return undefined;
  if (input.isSet('token'))
    throw new UsageError('--client and --token both read the standard input. Use one of them.');
  const clientSecret = (await input.terminal.readInput()).trim();
  if ([clientId, clientSecret].every((text) => /^[\x21-\x7e]+$/.test(text)))
    return { clientId, clientSecret };
  throw new UsageError(
    '--client needs a client ID, and its secret on the standard input, both in visible ASCII.',
  );
}

function report(
  clientCount: number | undefined,
  local: readonly Finding[],
  inspection: Inspection | undefined,
): Output {
  const remote = inspection?.checks ?? [];
  const all = [...local, ...remote];
  const countOf = (level: Check['level']) => all.filter((each) => each.level === level).length;
  const problems = countOf('problem');
  const counts = [
    ...(inspection ? [counted(inspection.requests, 'request')] : []),
    ...(clientCount === undefined ? [] : [counted(clientCount, 'client')]),
    counted(problems, 'problem'),
    counted(countOf('warning'), 'warning'),
  ];
  const rows = [
    ...local.map(({ level, about, finding }) => [level.toUpperCase(), about, finding]),
    ...remote.flatMap(({ level, about, asked, came, remedy }) => [
      [level.toUpperCase(), about, `${asked}: ${came}`],
      ...(remedy === undefined ? [] : [['', '', `Change: ${remedy}`]]),
    ]),
  ];
  const summary = `${counts.join(', ')}.`;
  return {
    json: { clients: clientCount ?? null, findings: findingsOf(local, remote), checks: remote },
    text: rows.length > 0 ? `${table(rows)}\n\n${summary}` : summary,
    exitCode: problems > 0 ? 1 : 0,
  };
}

/** The problems and warnings of both kinds of checks, in one form for programs. */
function findingsOf(local: readonly Finding[], remote: readonly ReportedCheck[]): Finding[] {
  const wrong = remote.flatMap(({ level, about, asked, came, remedy }) =>
    level === 'problem' || level === 'warning'
      ? [{ level, about, finding: `${asked}: ${came}. ${remedy ?? ''}` }]
      : [],
  );
  return [...local, ...wrong];
}
