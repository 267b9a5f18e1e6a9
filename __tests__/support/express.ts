import express5 from 'express';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an alias without types
const express4 = require('express-4') as typeof express5;

/** The versions of Express that the package supports, with their names. */
export const EXPRESS = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const;
