import { createAuthorizedFetch, createTokenSource } from 'express-client-jwt/consumer';

const {
  API_URL = 'http://127.0.0.1:3000',
  CLIENT_ID: clientId = '',
  CLIENT_SECRET: clientSecret = '',
} = process.env;

/** All calls share one token. */
const source = createTokenSource({ url: `${API_URL}/auth/jwt`, clientId, clientSecret });

/** A `fetch` that sends the token to this API, and to no other. */
export const api = createAuthorizedFetch(source, { origins: [new URL(API_URL).origin] });
