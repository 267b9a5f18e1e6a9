import { isoOf } from '../admin/describe-client';
import { parseCompact } from '../tokens/compact';
import { LONGEST_LIFETIME_SECONDS } from '../clients/client';
import { LOG, redisRevocations } from '../stores/redis';
import { argument, moment, UsageError, type Command, type Input, type Output } from './command';
import { printable, table } from './print';
import { UNCHECKED, verifyWith } from './verify-with';

const TIMES = ['iat', 'nbf', 'exp'];

/** The commands for tokens. */
export const TOKEN_COMMANDS: readonly Command[] = [
  {
    name: 'token inspect',
    args: [],
    summary: 'decode a token from standard input; with --jwks, also verify its signature',
    input: 'the token',
    options: {
      jwks: { value: 'URL', help: 'the key set to verify it with: the jwks_uri of its issuer' },
    },
    run: inspectToken,
  },

  {
    name: 'token revoke',
    args: ['JTI'],
    summary: 'refuse one token from now on, by its jti, which events and token inspect show',
    options: {
      redis: {
        value: 'URL',
        help: 'the Redis of redisRevocations; use env to read the URL from REDIS_URL, which keeps its password out of process lists',
      },
      prefix: { value: 'TEXT', help: 'the prefix of its keys (default: jwt:revoked:)' },
      until: {
        value: 'WHEN',
        help: 'when to forget it, no earlier than its exp: 24h, 7d, or an ISO 8601 date (default: a year, which no token outlives)',
      },
    },
    run: revoke,
  },
];

async function inspectToken(input: Input): Promise<Output> {
  const { header, claims, text: token } = await readToken(input);
  const url = input.text('jwks');
  const verification =
    url === undefined ? UNCHECKED : await verifyWith(url, token, header, input.terminal.fetch);
  const { exp } = claims;
  const expires = isTime(exp)
    ? `${exp * 1000 <= input.terminal.nowMs() ? 'Expired' : 'Expires'} at ${isoOf(exp * 1000)}.`
    : 'Has no exp.';
  const { verified, sentence, key } = verification;
  const text = [
    sentence,
    `\nHEADER\n${rows(header)}`,
    `\nCLAIMS\n${rows(claims)}`,
    `\n${expires}`,
  ].join('\n');
  const exitCode = url === undefined || verified ? 0 : 1;
  return { json: { verified, ...(key && { key }), header, claims }, text, exitCode };
}

/** No token lives longer. */
const LONGEST_MS = LONGEST_LIFETIME_SECONDS * 1000;

async function revoke(input: Input): Promise<Output> {
  const { terminal } = input;
  const jti = argument(input, 0);
  if (!/^[\x21-\x7e]{1,256}$/.test(jti) || jti === LOG || parseCompact(jti) !== undefined)
    throw new UsageError('JTI must be the jti of a token, and not the token itself.');
  const given = input.text('redis');
  const url = given === 'env' ? terminal.env.REDIS_URL : given;
  if (!url)
    throw new UsageError(
      given === 'env'
        ? '--redis env: set the environment variable REDIS_URL.'
        : 'Give --redis URL. Tokens in the memory of an app are revoked by auth.revokeToken() alone.',
    );
  const until = moment(input, 'until') ?? new Date(terminal.nowMs() + LONGEST_MS);
  if (until.getTime() <= terminal.nowMs()) throw new UsageError('--until must be in the future.');
  const { sendCommand, end } = await terminal.connectRedis(url);
  try {
    const clock = () => terminal.nowMs();
    const store = redisRevocations({ sendCommand, prefix: input.text('prefix'), clock });
    await store.revoke(jti, until);
  } finally {
    await end();
  }
  const json = { jti, until: until.toISOString() };
  return { json, text: `The token ${printable(jti)} is refused until ${json.until}.` };
}

/** Reads the token from standard input, with or without `Authorization: Bearer` before it. */
export async function readToken({ terminal }: Input) {
  const text = (await terminal.readInput()).trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  const token = parseCompact(text);
  if (token === undefined) throw new Error('The standard input is not a well-formed JWT.');
  return { ...token, text };
}

function rows(object: Readonly<Record<string, unknown>>): string {
  const line = ([name, value]: [string, unknown]) => {
    const shown = JSON.stringify(value);
    return [
      name,
      TIMES.includes(name) && isTime(value) ? `${shown}  ${isoOf(value * 1000)}` : shown,
    ];
  };
  return table(Object.entries(object).map(line));
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) < 8e12;
