import { createAuthorizedFetch } from 'express-client-jwt/consumer';
import { Agent, fetch } from 'undici';

/** A fetch for one API, with an agent of your own: a proxy, other timeouts, or more connections. */
export function createApi(source, origin, agent = new Agent({ connections: 10 })) {
  return createAuthorizedFetch(source, {
    origins: [origin],
    fetch: (input, init) => fetch(input, { ...init, dispatcher: agent }),
  });
}
