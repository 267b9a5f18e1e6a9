// Reads an OpenAPI document from the standard input, and prints the problems that Redocly's recommended rules find.
import { text } from 'node:stream/consumers';

import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({
  extends: ['recommended'],
  // The licence of an app's API is its own affair.
  rules: { 'info-license': 'off', 'no-server-example.com': 'off' },
});
const problems = await lintFromString({ source: await text(process.stdin), config });
const place = ({ location }) => location.map(({ pointer }) => pointer).join(' ');
console.log(
  JSON.stringify(problems.map((each) => `${each.ruleId} ${place(each)}: ${each.message}`)),
);
