import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

import { describeSecrets, type SecretDescription } from '../admin/describe-client';
import { DEFAULT_COST } from '../clients/bcrypt/bcrypt-hash';
import { checkOwnRecord } from '../clients/bcrypt/check-record';
import type { ClientRecord } from '../clients/client';
import type { SecretUse } from '../clients/store';
import { createKeyRing } from '../keys/key-ring';
import type { KeyInput } from '../keys/parse-key';
import type { Input } from './command';
import { readToken } from './token-commands';

/** A finding of the doctor. */
export interface Finding {
  readonly level: 'problem' | 'warning';
  readonly about: string;
  readonly finding: string;
}

const SOON_MS = 14 * 86_400_000;
/** The time after which a secret counts as unused, in milliseconds. */
const UNUSED_MS = 30 * 86_400_000;
const DAY_SECONDS = 86_400;

/** Checks the key of `--key` or of the environment. */
export async function checkKey(input: Input): Promise<Finding[]> {
  const file = input.text('key');
  const about = file ?? 'JWT_SECRET';
  const text = file === undefined ? input.terminal.env.JWT_SECRET : await readFile(file, 'utf8');
  if (text === undefined) {
    const finding = 'is not set, so no key was checked. Specify one with --key.';
    return [{ level: 'warning', about, finding }];
  }
  try {
    createKeyRing(toKey(text.trimEnd()), 'doctor');
    return [];
  } catch (error) {
    // Messages of the key ring never show a key; those of the PEM parser might.
    const finding = error instanceof TypeError ? error.message : 'is not a readable private key.';
    return [{ level: 'problem', about, finding: finding.replace(/^doctor: keys(\.key)? /, '') }];
  }
}

/** Reads a key. The beginning of its text decides, because a file has no other type. */
function toKey(text: string): KeyInput {
  return text.startsWith('-----BEGIN ') ? createPrivateKey(text) : text;
}

/** Checks that no other user can read a file. */
export async function checkMode(file: string): Promise<Finding[]> {
  const { mode } = await stat(file);
  const open = mode & 0o077;
  if (open === 0 || process.platform === 'win32') return [];
  const octal = (mode & 0o777).toString(8);
  const finding = `can be read by other users (mode ${octal}). Close it with: chmod 600 ${file}`;
  return [{ level: (mode & 0o007) > 0 ? 'problem' : 'warning', about: file, finding }];
}

/** Checks the hashes of a client, and when its secrets end and were last used. */
export function checkRecord(
  record: ClientRecord,
  nowMs: number,
  uses: readonly SecretUse[] | undefined,
): Finding[] {
  const { clientId: about } = record;
  try {
    checkOwnRecord(record, 'The record');
  } catch (error) {
    const finding = error instanceof Error ? error.message : 'is malformed.';
    return [{ level: 'problem', about, finding }];
  }
  if (record.disabled) return [];
  const secrets = describeSecrets(record, nowMs, uses);
  const found = [
    ...checkLastSecret(secrets, nowMs),
    ...secrets.flatMap(checkSecret),
    ...checkUses(secrets, nowMs),
  ];
  return found.map((each) => ({ about, ...each }));
}

type SecretFinding = Omit<Finding, 'about'>;

function checkLastSecret(secrets: readonly SecretDescription[], nowMs: number): SecretFinding[] {
  const live = secrets.filter(({ isLive }) => isLive);
  if (live.length === 0) {
    const finding = 'has no working secret. Rotate it, or disable or remove it.';
    return [{ level: 'problem', finding }];
  }
  const ends = live.map(({ expiresAt }) => (expiresAt === null ? Infinity : Date.parse(expiresAt)));
  const last = Math.max(...ends);
  const findings: SecretFinding[] = [];
  if (last - nowMs < SOON_MS) {
    const finding = `has no working secret after ${new Date(last).toISOString()}. Rotate it before.`;
    findings.push({ level: 'problem', finding });
  }
  if (live.length > 2) {
    const finding = `has ${String(live.length)} working secrets. Retire the old ones.`;
    findings.push({ level: 'warning', finding });
  }
  return findings;
}

const nameOf = ({ label }: SecretDescription): string =>
  label === null ? 'a secret without a label' : `secret ${label}`;

function checkSecret(secret: SecretDescription): SecretFinding[] {
  const { cost, isLive } = secret;
  const name = nameOf(secret);
  if (!isLive) return [{ level: 'warning', finding: `${name} has expired. Retire it.` }];
  if (cost >= DEFAULT_COST) return [];
  const finding = `${name} has the bcrypt cost ${String(cost)}, but needs ${String(DEFAULT_COST)} or more. Rotate it.`;
  return [{ level: 'problem', finding }];
}

/** Names the working secrets that nobody uses, if the client is known to use another one. */
function checkUses(secrets: readonly SecretDescription[], nowMs: number): SecretFinding[] {
  const live = secrets.filter(({ isLive }) => isLive);
  const isUsed = ({ lastUsedAt }: SecretDescription) =>
    lastUsedAt != null && nowMs - Date.parse(lastUsedAt) < UNUSED_MS;
  if (!live.some(isUsed)) return [];
  const unused = live.filter((each) => !isUsed(each));
  return unused.map((secret) => {
    const { lastUsedAt } = secret;
    const [last, remedy] =
      lastUsedAt == null
        ? ['has no noted use', 'Hand it over, or retire it.']
        : [`was last used on ${lastUsedAt.slice(0, 10)}`, 'Retire it.'];
    const finding = `${nameOf(secret)} ${last}, while another one is in use. ${remedy}`;
    return { level: 'warning', finding };
  });
}

/** Checks the lifetime, `iss` and `aud` of the token on standard input. */
export async function checkToken(input: Input): Promise<Finding[]> {
  const { claims } = await readToken(input);
  const findings: Finding[] = [];
  const tell = (level: Finding['level'], finding: string) =>
    findings.push({ level, about: 'the token', finding });
  if (claims.iss === undefined)
    tell('warning', 'has no iss. Set issuer to refuse tokens of another app with the same key.');
  if (claims.aud === undefined)
    tell('warning', 'has no aud. Set audience to refuse tokens that are meant for another API.');
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number') tell('problem', 'has no iat or no exp.');
  else if (exp - iat > DAY_SECONDS) tell('warning', 'is valid for more than a day.');
  return findings;
}
