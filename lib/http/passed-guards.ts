import type { Request, Response } from 'express';

import type { RequestGuard } from './request-guard';

/** A guard that a request has passed, and the path of its mount. */
export interface PassedGuard {
  readonly guard: RequestGuard;
  readonly baseUrl: string;
}

/**
 * The guard of the middleware that each request passed last. It is not a property of the request,
 * because adding one is slow up to Node 22: Express replaces the prototype of a request.
 */
class PassedGuards {
  /**
   * The request whose handlers run right now. Most have responded when they return, so they need no
   * entry in the map, which is slow.
   */
  #current: Request | undefined;
  #currentPassed: PassedGuard | undefined;
  readonly #others = new WeakMap<Request, PassedGuard>();

  get(req: Request): PassedGuard | undefined {
    return req === this.#current ? this.#currentPassed : this.#others.get(req);
  }

  set(req: Request, passed: PassedGuard): void {
    // A handler may pass another request to an app.
    if (req !== this.#current) this.#keepCurrent();
    this.#current = req;
    this.#currentPassed = passed;
  }

  /** Called when the handlers of a request have returned. They may go on later. */
  afterTurn(req: Request, res: Response): void {
    if (req !== this.#current) return;
    // An entry of an outer guard must not stay the last one.
    if (!res.writableEnded || this.#others.has(req)) this.#keepCurrent();
    this.#current = undefined;
  }

  #keepCurrent(): void {
    if (this.#current && this.#currentPassed) this.#others.set(this.#current, this.#currentPassed);
  }
}

/**
 * The symbol that all copies of this package share, so that each finds the guards of the others.
 */
const GUARDS = Symbol.for('express-client-jwt.passed-guards');
const shared = globalThis as Record<symbol, PassedGuards | undefined>;

/** The guards that requests have passed. */
export const passedGuards = (shared[GUARDS] ??= new PassedGuards());
