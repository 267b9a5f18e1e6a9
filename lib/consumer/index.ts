export {
  createAuthorizedFetch,
  type AuthorizedFetch,
  type AuthorizedFetchOptions,
} from './authorized-fetch';
export { TokenError, type TokenErrorDetails } from './token-error';
export {
  createTokenSource,
  type Credentials,
  type TokenSource,
  type TokenSourceOptions,
} from './token-source';
export type { TokenStyle } from './token-request';
