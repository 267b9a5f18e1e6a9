import { randomUUID } from 'node:crypto';

/** Sends one command to Redis and resolves to its reply. */
export type SendCommand = (...args: string[]) => Promise<unknown>;

/** How often Redis is checked for a loss of data, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/**
 * A check that Redis keeps its data. It creates a key that never expires, the sentinel. If the
 * sentinel is missing or different later, Redis has lost its data. It also warns if Redis may evict
 * keys.
 */
export class RedisWatch {
  readonly #sendCommand: SendCommand;
  readonly #key: string;
  readonly #clock: () => number;
  #sentinel: string | undefined;
  #lookedAtMs = -Infinity;
  #hasAskedPolicy = false;
  #looking: Promise<void> | undefined;

  constructor(sendCommand: SendCommand, key: string, clock: () => number) {
    this.#sendCommand = sendCommand;
    this.#key = key;
    this.#clock = clock;
  }

  /**
   * Checks the sentinel, at most once a second. Rejects if Redis does not reply, and once after
   * each loss of data.
   */
  async look(): Promise<void> {
    const now = this.#clock();
    const isRecent = this.#lookedAtMs <= now && now < this.#lookedAtMs + LOOK_EVERY_MS;
    if (this.#looking === undefined && isRecent) return;
    this.#looking ??= this.#lookNow(now).finally(() => (this.#looking = undefined));
    await this.#looking;
  }

  async #lookNow(nowMs: number): Promise<void> {
    const before = this.#sentinel;
    const found = await this.#read();
    this.#lookedAtMs = nowMs;
    this.#sentinel = found ?? (await this.#make());
    if (before !== undefined && before !== this.#sentinel)
      throw new Error(
        'Redis has lost its data, so tokens that were revoked are accepted again until they expire. Revoke them again, or end the tokens of their clients. Turn its persistence on: appendonly yes',
      );
    if (!this.#hasAskedPolicy) await this.#askPolicy();
  }

  async #read(): Promise<string | undefined> {
    const reply = await this.#sendCommand('GET', this.#key);
    return typeof reply === 'string' || Buffer.isBuffer(reply) ? String(reply) : undefined;
  }

  /**
   * Creates the sentinel, unless another process was faster, and reads it. Returns undefined if
   * Redis accepts no writes.
   */
  async #make(): Promise<string | undefined> {
    try {
      await this.#sendCommand('SET', this.#key, randomUUID(), 'NX');
    } catch {
      return undefined;
    }
    return this.#read();
  }

  async #askPolicy(): Promise<void> {
    this.#hasAskedPolicy = true;
    // Some users may not run INFO; there is no warning then.
    const reply = await this.#sendCommand('INFO', 'memory').catch(() => '');
    const info = Buffer.isBuffer(reply) ? reply.toString() : reply;
    const valueOf = (name: string) =>
      typeof info === 'string' ? new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] : undefined;
    const [limit, policy] = [valueOf('maxmemory'), valueOf('maxmemory_policy')];
    if (limit === undefined || limit === '0' || policy === undefined || policy === 'noeviction')
      return;
    process.emitWarning(
      `express-client-jwt: Redis removes keys if its memory is full (maxmemory-policy ${policy}), so revoked tokens would be accepted again. Set: maxmemory-policy noeviction`,
      { code: 'EXPRESS_CLIENT_JWT_REDIS_EVICTS' },
    );
  }
}
