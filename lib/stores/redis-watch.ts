import { randomUUID } from 'node:crypto';

import { CheckError } from '../internal/assert';

/** Sends one command to Redis and resolves to its reply. */
export type SendCommand = (...args: string[]) => Promise<unknown>;

/** How often Redis is asked whether it still has its data. */
const LOOK_EVERY_MS = 1000;

/** What Redis says of all revocations: whose they are, and how many there have been. */
interface Log {
  readonly id: string;
  readonly count: number;
}

const LOST =
  'Redis has lost revoked tokens, so they are accepted again until they expire. Revoke them again, or end the tokens of their clients. Turn the persistence of Redis on: appendonly yes';

/**
 * Watches whether Redis forgets revocations. A hash without an expiry has a random id and counts the
 * revocations. If it has another id or a lower count than before, Redis has lost its data, or was
 * restored from an older copy.
 */
export class RedisWatch {
  readonly #sendCommand: SendCommand;
  readonly #key: string;
  readonly #clock: () => number;
  #last: Log | undefined;
  #isLost = false;
  #lookedAtMs = -Infinity;
  #hasAskedPolicy = false;

  constructor(sendCommand: SendCommand, key: string, clock: () => number) {
    this.#sendCommand = sendCommand;
    this.#key = key;
    this.#clock = clock;
  }

  /** Counts a revocation. Never rejects: the revocation itself counts more than this note of it. */
  async note(): Promise<void> {
    const commands = [
      this.#attempt('HSETNX', this.#key, 'id', randomUUID()),
      this.#attempt('HINCRBY', this.#key, 'count', '1'),
    ];
    await Promise.all(commands);
    // Remembered at once: a crash may come before the next look.
    await this.#read().catch(() => undefined);
  }

  /**
   * Looks at the count, once a second at most, without making anybody wait. Call it before a command
   * on the same connection: its reply has then arrived before that of the command.
   */
  look(): void {
    const now = this.#clock();
    if (this.#lookedAtMs <= now && now < this.#lookedAtMs + LOOK_EVERY_MS) return;
    this.#lookedAtMs = now;
    // If Redis fails, the command of the request says so.
    this.#read().catch(() => undefined);
    if (!this.#hasAskedPolicy) void this.#askPolicy();
  }

  /** Throws, once for each loss, if Redis has lost its data. */
  throwIfLost(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    throw new CheckError(LOST);
  }

  async #read(): Promise<void> {
    const reply = await this.#sendCommand('HMGET', this.#key, 'id', 'count');
    if (!Array.isArray(reply)) return;
    const [id = '', count = ''] = reply.map(textOf);
    const log = { id, count: Number(count) };
    const last = this.#last;
    this.#last = log.id === '' ? undefined : log;
    const isOlder = last !== undefined && (log.id !== last.id || log.count < last.count);
    if (!isOlder) return;
    this.#isLost = true;
    process.emitWarning(`express-client-jwt: ${LOST}`, { code: 'EXPRESS_CLIENT_JWT_REDIS_LOST' });
  }

  /** The reply; undefined if the driver rejects or throws. */
  async #attempt(...args: string[]): Promise<unknown> {
    try {
      return await this.#sendCommand(...args);
    } catch {
      return undefined;
    }
  }

  async #askPolicy(): Promise<void> {
    this.#hasAskedPolicy = true;
    // Not all users may ask; then nobody is warned.
    const reply = await this.#attempt('INFO', 'memory');
    const info = textOf(reply);
    const valueOf = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
    const [limit, policy] = [valueOf('maxmemory'), valueOf('maxmemory_policy')];
    if (limit === undefined || limit === '0' || policy === undefined || policy === 'noeviction')
      return;
    process.emitWarning(
      `express-client-jwt: Redis removes keys if its memory is full (maxmemory-policy ${policy}), so revoked tokens would be accepted again. Set: maxmemory-policy noeviction`,
      { code: 'EXPRESS_CLIENT_JWT_REDIS_EVICTS' },
    );
  }
}

/** The text of a reply: drivers return texts or bytes, and null for what there is not. */
function textOf(reply: unknown): string {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return typeof reply === 'string' ? reply : '';
}
