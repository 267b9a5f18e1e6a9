// Writes dist/clients/bcrypt/bcrypt-worker-text.js: the bcrypt worker and bcryptjs in one string, for apps that are bundled
// without their node_modules.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'dist/clients/bcrypt');
const bcryptjs = path.join(createRequire(import.meta.url).resolve('bcryptjs'), '../..');
const { version } = JSON.parse(readFileSync(path.join(bcryptjs, 'package.json'), 'utf8'));
const license = readFileSync(path.join(bcryptjs, 'LICENSE'), 'utf8').trim();

// As ES modules, so that the parts of bcryptjs that the worker does not call are left out.
const worker = readFileSync(path.join(folder, 'bcrypt-worker.js'), 'utf8');
const contents = worker.replace(/const (\{.*?\}) = require\('(.*?)'\);/g, "import $1 from '$2';");

const { outputFiles } = await build({
  stdin: { contents, resolveDir: folder },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  banner: { js: `/*! Contains bcryptjs ${version}:\n\n${license}\n*/` },
  write: false,
});
const text = JSON.stringify(outputFiles[0].text);
writeFileSync(
  path.join(folder, 'bcrypt-worker-text.js'),
  `'use strict';\nmodule.exports =\n  ${text};\n`,
);
