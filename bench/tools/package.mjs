import { createRequire } from 'node:module';

const require = createRequire(new URL('../../package.json', import.meta.url));

/** Loads the package, or a part of it, by its name, so that only its public exports can be used. */
export const loadPackage = (part = '') => require(`express-client-jwt${part}`);
