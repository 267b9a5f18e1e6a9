// The tables of the documentation, out of the tables and the doc comments of the code.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const dist = createRequire(path.join(ROOT, 'dist/index.js'));

/** Each factory: its table of options, and the interfaces that describe them. */
const OPTIONS = {
  createJwtAuth: ['./http/options.js', 'AUTH_OPTIONS', 'JwtAuthOptions', 'CommonOptions'],
  createJwtGuard: ['./http/guard-options.js', 'GUARD_OPTIONS', 'JwtGuardOptions', 'CommonOptions'],
  requireJwt: ['./http/require-jwt.js', 'REQUIRE_JWT_OPTIONS', 'RequireJwtOptions'],
  oauth: ['./http/endpoint-options.js', 'OAUTH_OPTIONS', 'OAuthOptions'],
  jwks: ['./http/endpoint-options.js', 'JWKS_OPTIONS', 'JwksOptions'],
  throttle: ['./issuing/throttle.js', 'THROTTLE_OPTIONS', 'ThrottleOptions'],
  bcryptVerifier: [
    './clients/bcrypt/bcrypt-verifier.js',
    'BCRYPT_VERIFIER_OPTIONS',
    'BcryptVerifierOptions',
  ],
  fileStore: ['./stores/file.js', 'FILE_STORE_OPTIONS', 'FileStoreOptions'],
  postgresStore: ['./stores/postgres.js', 'POSTGRES_STORE_OPTIONS', 'PostgresStoreOptions'],
  memoryRevocations: [
    './stores/memory.js',
    'MEMORY_REVOCATIONS_OPTIONS',
    'MemoryRevocationsOptions',
  ],
  redisRevocations: ['./stores/redis.js', 'REDIS_REVOCATIONS_OPTIONS', 'RedisRevocationsOptions'],
};

export const TABLES = {
  options: (factory) => {
    const [file, table, ...interfaces] = OPTIONS[factory];
    const docs = Object.assign({}, ...interfaces.map(membersOf));
    const rows = Object.entries(dist(file)[table]).map(([name, { fallback }]) => [
      ...[`\`${name}\``, fallback, describeOption(name, docs[name], fallback)],
    ]);
    const isRequired = (row) => (row[1] === 'required' ? 0 : 1);
    rows.sort((a, b) => isRequired(a) - isRequired(b));
    return markdown([['option', 'default', 'what it does'], ...rows]);
  },
  fields: (name) => {
    const rows = Object.entries({ ...membersOf('Client'), ...membersOf(name) });
    const own = name === 'ClientSecret' ? Object.entries(membersOf(name)) : rows;
    return markdown([
      ['field', 'what it is'],
      ...own.map(([field, text]) => [`\`${field}\``, text ?? 'Its secrets, as below.']),
    ]);
  },
  results: (name) => readFileSync(path.join(ROOT, `bench/results/${name}.md`), 'utf8').trimEnd(),
  members: (...names) => {
    const rows = Object.entries(Object.assign({}, ...names.map(membersOf)));
    return markdown([
      ['option', 'what it does'],
      ...rows.map(([name, text]) => [`\`${name}\``, text ?? missing(name)]),
    ]);
  },
  errors: () => {
    const { REFUSALS } = dist('./errors.js');
    return Object.entries(REFUSALS)
      .map(([code, { status, error, description, when }]) =>
        [
          `### ${code}`,
          `${status} \`${error}\`. ${sentence(when)}`,
          `> ${escaped(description)}`,
        ].join('\n\n'),
      )
      .join('\n\n');
  },
  statuses: () => {
    const { REFUSALS } = dist('./errors.js');
    const rows = Object.entries(REFUSALS).map(([code, { status, error, when }]) => [
      ...[String(status), `\`${error}\``, `[\`${code}\`](#${code.toLowerCase()})`, when],
    ]);
    rows.sort((a, b) => Number(a[0]) - Number(b[0]));
    return markdown([['status', '`error`', '`code`', 'when'], ...rows]);
  },
  commands: () => {
    const { COMMANDS } = dist('./cli/run.js');
    return COMMANDS.map(({ name, args, summary, options }) =>
      [
        `### ${name}`,
        `\`npx express-client-jwt ${[name, ...args].join(' ')}\`: ${sentence(summary)}`,
        ...(Object.keys(options).length === 0
          ? []
          : [
              markdown([
                ['option', 'what it does'],
                ...Object.entries(options).map(([option, { value, help }]) => [
                  ...[`\`--${option}${value ? ` ${value}` : ''}\``, sentence(help)],
                ]),
              ]),
            ]),
      ].join('\n\n'),
    ).join('\n\n');
  },
  events: () =>
    ['TokenIssuedEvent', 'TokenRefusedEvent', 'TokenRevokedEvent', 'JwtRefusedEvent', 'OutageEvent']
      .map((name) => {
        const { text, types } = eventOf(name);
        const members = {
          ...membersOf(name),
          ...(name !== 'OutageEvent' && membersOf('EventContext')),
        };
        const rows = Object.entries(members)
          .filter(([field]) => field !== 'type')
          .map(([field, about]) => [`\`${field}\``, about ?? '']);
        return `### ${types.join(', ')}\n\n${text}\n\n${markdown([['field', 'what it is'], ...rows])}`;
      })
      .join('\n\n'),
};

function markdown([head, ...rows]) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const escaped = (text) => text.replaceAll('<', '\\<');

const sentence = (text) =>
  `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const DEFAULT = /\s*Default: ((?:`[^`]*`|\d,\d|[^`.;,])*)(?:[;,] (?:and )?((?:`[^`]*`|[^`.])*))?\./;

function missing(name) {
  throw new Error(`${name} has no doc comment.`);
}

/** What the code says of an option, without its default, which the table states. The two must agree. */
function describeOption(name, text, fallback) {
  if (text === undefined) missing(name);
  const [, stated] = DEFAULT.exec(text) ?? [];
  const plain = (words) => words.replace(/[`,()]/g, '').toLowerCase();
  const isValue = stated !== undefined && /^(`|\d|true|false)/.test(stated);
  if (isValue && !plain(fallback).startsWith(plain(stated).split(' ')[0]))
    throw new Error(`The default of ${name} is ${fallback}, but its comment says ${stated}.`);
  return text.replace(DEFAULT, (_all, _stated, rest) => (rest ? ` ${sentence(rest)}` : '')).trim();
}

let interfaces;

/** All exported interfaces of lib, by name. */
function interfaceOf(name) {
  interfaces ??= readdirSync(path.join(ROOT, 'lib'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(path.join(ROOT, 'lib', file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      return source.statements.filter(ts.isInterfaceDeclaration);
    });
  const [node, another] = interfaces.filter((each) => each.name.text === name);
  if (node === undefined) throw new Error(`There is no interface ${name}.`);
  if (another !== undefined) throw new Error(`Two interfaces have the name ${name}.`);
  return node;
}

/** The doc comments of an interface's members. */
const membersOf = (name) =>
  Object.fromEntries(
    interfaceOf(name).members.map((member) => [member.name.getText(), docOf(member)]),
  );

function eventOf(name) {
  const node = interfaceOf(name);
  const type = node.members.find((member) => member.name.getText() === 'type');
  const types = [...type.type.getText().matchAll(/'([^']+)'/g)].map(([, each]) => `\`${each}\``);
  return { text: docOf(node), types };
}

function docOf(node) {
  const [doc] = node.jsDoc ?? [];
  if (doc === undefined) return undefined;
  const text = ts.getTextOfJSDocComment(doc.comment) ?? '';
  return text
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
}
