import { execFileSync } from 'node:child_process';
import path from 'node:path';

const TSC = path.join(__dirname, '../../node_modules/typescript/bin/tsc');
const PROJECT = path.join(__dirname, 'fixtures/recipes/tsconfig.json');

test('the recipes for Knex, Mongoose, DynamoDB and Prisma compile with the types of these packages', () => {
  try {
    execFileSync(process.execPath, [TSC, '-p', PROJECT], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
}, 120_000);
