// The two catalogues say the same things, and the pages use what they say:
//   same keys in zh and en, same {names} in both; every key used exists; none is
//   unused; no words for people in the source (no CJK, no text or label in TSX).
// A key may be built: t(`outcome.${code}`) uses every key under "outcome.".
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const catalogue = (lang) => JSON.parse(readFileSync(join(root, 'locale', `${lang}.json`), 'utf8'));
const zh = catalogue('zh');
const en = catalogue('en');
const problems = [];
const say = (text) => problems.push(text);

const CJK = /[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;
const WORD_ATTRIBUTES = new Set(['title', 'label', 'placeholder', 'alt', 'aria-label', 'okText', 'cancelText', 'description', 'message']);
const FUNCTIONS = new Set(['t', 'has', 'word']);

const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? walk(join(folder, entry.name)) : [relative(root, join(folder, entry.name))]);
const sources = walk(root).filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.gen.ts'));

const HERE = join('src', 'locale', 'index.ts'); // defines t and word
const used = new Set();
const prefixes = new Set();
const literals = new Set();

function key(node, file, line, isPrefix) {
  if (ts.isStringLiteralLike(node)) {
    if (isPrefix) prefixes.add(`${node.text}.`);
    else {
      used.add(node.text);
      if (!(node.text in zh)) say(`${file}:${line}: no such key: ${node.text}`);
    }
  } else if (ts.isTemplateExpression(node)) {
    prefixes.add(node.head.text);
    if (!node.head.text.includes('.')) say(`${file}:${line}: a built key needs a constant start`);
  } else if (ts.isConditionalExpression(node)) {
    key(node.whenTrue, file, line, isPrefix);
    key(node.whenFalse, file, line, isPrefix);
  }
}

function visit(node, file, source) {
  const line = () => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  if (file !== HERE && ts.isCallExpression(node) && ts.isIdentifier(node.expression) && FUNCTIONS.has(node.expression.text) && node.arguments[0]) {
    key(node.arguments[0], file, line(), node.expression.text === 'word');
  }
  if (ts.isStringLiteralLike(node)) {
    literals.add(node.text);
    if (CJK.test(node.text)) say(`${file}:${line()}: words in the source: ${node.text}`);
  }
  if (ts.isTemplateExpression(node) && CJK.test(node.getText())) say(`${file}:${line()}: words in the source`);
  if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) say(`${file}:${line()}: words in TSX: ${node.text.trim()}`);
  if (ts.isJsxAttribute(node) && WORD_ATTRIBUTES.has(node.name.getText()) && node.initializer
    && ts.isStringLiteral(node.initializer) && /\p{L}/u.test(node.initializer.text)) {
    say(`${file}:${line()}: words in ${node.name.getText()}: ${node.initializer.text}`);
  }
  ts.forEachChild(node, (child) => visit(child, file, source));
}

for (const name of sources) {
  const text = readFileSync(join(root, name), 'utf8');
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  visit(source, join('src', name), source);
}

for (const name of Object.keys(zh)) if (!(name in en)) say(`en.json: missing ${name}`);
for (const name of Object.keys(en)) if (!(name in zh)) say(`zh.json: missing ${name}`);
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
for (const name of Object.keys(zh)) {
  if (!(name in en)) continue;
  if (!zh[name] || !en[name]) say(`${name}: empty`);
  const own = new Set([...names(zh[name]), ...names(en[name])]);
  // a date may name the month in one language and number it in the other
  if (!name.startsWith('format.') && own.size !== new Set(names(zh[name])).size) say(`${name}: different {names}`);
  if (!name.startsWith('format.') && own.size !== new Set(names(en[name])).size) say(`${name}: different {names}`);
  const byPrefix = [...prefixes].some((prefix) => name.startsWith(prefix));
  if (!used.has(name) && !literals.has(name) && !byPrefix) say(`${name}: not used`);
}
for (const prefix of prefixes) {
  if (!Object.keys(zh).some((name) => name.startsWith(prefix))) say(`no key starts with ${prefix}`);
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`check-locale: ${problems.length} problems`);
  process.exit(1);
}
console.log(`check-locale: ${Object.keys(zh).length} keys in two languages`);
