// Deletes the declarations that no entry of package.json reaches: users cannot import them. What is kept keeps its names, so
// a name that is mentioned in a kept declaration keeps the declaration of that name.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

const { exports: entries } = JSON.parse(readFileSync('package.json', 'utf8'));
const files = new Map();

/** The statements of a file, by the names that they declare; those without a name are always kept. */
function fileAt(name) {
  if (files.has(name)) return files.get(name);
  const text = readFileSync(name, 'utf8');
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const file = { name, statements: [...source.statements], kept: new Set() };
  files.set(name, file);
  for (const each of file.statements)
    if (!ts.isImportDeclaration(each) && namesOf(each).length === 0) keep(file, each);
  return file;
}

function namesOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.text);
  const isGlobal = ts.isModuleDeclaration(statement);
  return statement.name && !isGlobal ? [statement.name.text] : [];
}

const importsOf = (statement) => {
  const clause = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : statement.exportClause;
  return clause?.elements ?? [];
};

/** The declaration file of a relative specifier; undefined for packages. */
function resolve(file, { moduleSpecifier }) {
  const specifier = moduleSpecifier?.text;
  if (!specifier?.startsWith('.')) return undefined;
  return fileAt(`${path.join(path.dirname(file.name), specifier)}.d.ts`);
}

function keep(file, statement) {
  if (file.kept.has(statement)) return;
  file.kept.add(statement);
  if (ts.isExportDeclaration(statement)) keepExports(file, statement);
  const visit = (node) => {
    // The name of a member or a parameter mentions nothing; that of an export does.
    const isMentioned = node.parent.name !== node || ts.isExportSpecifier(node.parent);
    if (ts.isIdentifier(node) && isMentioned) keepName(file, node.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(statement, visit);
}

function keepExports(file, statement) {
  const target = resolve(file, statement);
  if (target === undefined) return;
  if (statement.exportClause === undefined) target.statements.forEach((each) => keep(target, each));
  for (const { propertyName, name } of importsOf(statement))
    keepName(target, (propertyName ?? name).text);
}

/** Keeps the declaration of a name: in the file, or in the one that it is imported from. */
function keepName(file, name) {
  for (const statement of file.statements) {
    if (namesOf(statement).includes(name)) keep(file, statement);
    if (!ts.isImportDeclaration(statement)) continue;
    const found = importsOf(statement).find((each) => each.name.text === name);
    if (found === undefined) continue;
    file.kept.add(found);
    const target = resolve(file, statement);
    if (target !== undefined) keepName(target, (found.propertyName ?? found.name).text);
  }
}

/** The file without what is not kept. A comment belongs to the statement that it precedes. */
function shaken(file) {
  return file.statements
    .map((statement) => {
      if (!ts.isImportDeclaration(statement))
        return file.kept.has(statement) ? statement.getFullText() : '';
      const all = importsOf(statement);
      if (all.length === 0) return statement.getFullText();
      const kept = all.filter((each) => file.kept.has(each)).map((each) => each.getText());
      const module = statement.moduleSpecifier.getText();
      const type = statement.importClause.isTypeOnly ? 'type ' : '';
      return kept.length > 0 ? `\nimport ${type}{ ${kept.join(', ')} } from ${module};` : '';
    })
    .join('')
    .trimStart();
}

for (const { types } of Object.values(entries)) {
  if (!types) continue;
  const entry = fileAt(path.normalize(types));
  entry.statements.forEach((each) => keep(entry, each));
}
for (const name of readdirSync('dist', { recursive: true })) {
  const file = path.join('dist', name);
  if (!file.endsWith('.d.ts') || file.startsWith(path.join('dist', 'examples'))) continue;
  const known = files.get(file);
  const text = known === undefined ? '' : shaken(known);
  if (text === '') rmSync(file);
  else writeFileSync(file, `${text}\n`);
}
