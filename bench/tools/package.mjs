import { createRequire } from 'node:module';

const require = createRequire(new URL('../../package.json', import.meta.url));

/** Loads the package by its name, so that only its public exports can be used. */
export const loadPackage = () => require('express-client-jwt');
