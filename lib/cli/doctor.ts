import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { ClientRecord } from '../clients/client';
import { DEFAULT_COST } from '../clients/bcrypt/bcrypt-hash';
import { checkOwnRecord } from '../clients/bcrypt/check-record';
import { createKeyRing, type KeyInput } from '../keys/key-ring';
import { listAll } from './client-commands';
import { table, type Command, type Input } from './command';
import { STORE_OPTIONS, withStore } from './open-store';
import { showSecrets } from './secrets';
import { readToken } from './token-commands';

interface Finding {
  readonly level: 'problem' | 'warning';
  readonly about: string;
  readonly finding: string;
}

const SOON_MS = 14 * 86_400_000;

export const DOCTOR: Command = {
  name: 'doctor',
  args: [],
  summary:
    'look for weak keys, cheap hashes, and secrets that have expired or soon will; exit code 1 where there is a problem',
  options: {
    ...STORE_OPTIONS,
    key: {
      value: 'PATH',
      help: 'a key to look at: PEM, or the text of a secret (default: the environment variable JWT_SECRET)',
    },
    token: {
      help: 'also look at a token of your app, read from the standard input: its lifetime, iss and aud',
    },
  },
  run: async (input) => {
    const clients = await withStore(input, false, listAll);
    const findings = [
      ...(await checkKey(input)),
      ...clients.flatMap((record) => checkRecord(record, input.terminal.nowMs())),
      ...(input.isSet('token') ? await checkToken(input) : []),
    ];
    const problems = findings.filter(({ level }) => level === 'problem').length;
    const counts = {
      client: clients.length,
      problem: problems,
      warning: findings.length - problems,
    };
    const summary = `${Object.entries(counts).map(inWords).join(', ')}.`;
    const rows = findings.map(({ level, about, finding }) => [level.toUpperCase(), about, finding]);
    return {
      json: { clients: clients.length, findings },
      text: rows.length > 0 ? `${table(rows)}\n\n${summary}` : summary,
      exitCode: problems > 0 ? 1 : 0,
    };
  },
};

const inWords = ([what, count]: [string, number]): string =>
  `${String(count)} ${what}${count === 1 ? '' : 's'}`;

async function checkKey(input: Input): Promise<Finding[]> {
  const file = input.text('key');
  const about = file ?? 'JWT_SECRET';
  const text = file === undefined ? input.terminal.env.JWT_SECRET : await readFile(file, 'utf8');
  if (text === undefined)
    return [
      {
        level: 'warning',
        about,
        finding: 'is not set, so no key was looked at; name one with --key.',
      },
    ];
  try {
    createKeyRing(toKey(text.trimEnd()));
    return [];
  } catch (error) {
    // The messages of the key ring never repeat a key; those of the PEM parser are not ours.
    const finding =
      error instanceof TypeError ? error.message : 'is not a private key that can be read.';
    return [{ level: 'problem', about, finding: finding.replace(/^keys(\.key)? /, '') }];
  }
}

/** Only the doctor looks at what a text begins with: a file has no other type. */
function toKey(text: string): KeyInput {
  return text.startsWith('-----BEGIN ') ? createPrivateKey(text) : text;
}

function checkRecord(record: ClientRecord, nowMs: number): Finding[] {
  const { clientId: about } = record;
  if (record.disabled) return [];
  try {
    checkOwnRecord(record, 'the record');
  } catch (error) {
    return [
      {
        level: 'problem',
        about,
        finding: error instanceof Error ? error.message : 'is malformed.',
      },
    ];
  }
  const secrets = showSecrets(record, nowMs);
  const live = secrets.filter(({ isLive }) => isLive);
  const findings: Finding[] = [];
  const tell = (level: Finding['level'], finding: string) =>
    findings.push({ level, about, finding });

  const lastsLongest = Math.max(
    ...live.map(({ expiresAt }) => (expiresAt === null ? Infinity : Date.parse(expiresAt))),
  );
  if (live.length === 0)
    tell('problem', 'has no secret that works: rotate it, or disable or remove it.');
  else if (lastsLongest - nowMs < SOON_MS)
    tell('problem', `has no secret that works after ${new Date(lastsLongest).toISOString()}.`);
  for (const { label, cost, isLive } of secrets) {
    const name = `secret ${label ?? 'without a label'}`;
    if (!isLive) tell('warning', `${name} has expired: retire it.`);
    else if (cost < DEFAULT_COST)
      tell(
        'problem',
        `${name} has cost ${String(cost)}, and ${String(DEFAULT_COST)} is the least to use: rotate it.`,
      );
  }
  if (live.length > 2)
    tell('warning', `has ${String(live.length)} secrets that work: retire the old ones.`);
  return findings;
}

async function checkToken(input: Input): Promise<Finding[]> {
  const { claims } = await readToken(input);
  const findings: Finding[] = [];
  const tell = (level: Finding['level'], finding: string) =>
    findings.push({ level, about: 'the token', finding });
  if (claims.iss === undefined)
    tell(
      'warning',
      'has no iss: set issuer, so that tokens of another app with the same key are refused.',
    );
  if (claims.aud === undefined)
    tell('warning', 'has no aud: set audience, so that tokens meant for another API are refused.');
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number') tell('problem', 'has no iat or no exp.');
  else if (exp - iat > 86_400) tell('warning', 'is valid for more than a day.');
  return findings;
}
