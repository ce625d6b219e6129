// From a matter's worked cases the same cases in TCK format, so that any DMN
// engine can be asked: node tools/tck.mjs [--check] writes (or compares)
// packs/*/matters/*/tests/<matter>-test-01.xml.
//
// The expected values are the cases' own, worked by hand from the articles; no
// engine of ours takes part.  Left out are cases about unknown facts (undecided, or
// without a fact that most cases of the matter state): the standard's format cannot
// say that a fact is unknown, there null is a value.

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKS = fileURLToPath(new URL('../packs/', import.meta.url));
const check = process.argv.includes('--check');

const read = (...path) => readFileSync(join(...path), 'utf8');
function csv(text) {
  const rows = text.trim().split('\n').map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"')));
  const [header, ...rest] = rows;
  return rest.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

const folders = (path) => (existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((d) => d.isDirectory()).map((d) => d.name).sort() : []);
const packs = folders(PACKS);
const vocabulary = csv(read(PACKS, 'vocabulary.csv'));
const typeOf = new Map(vocabulary.map((f) => [`${f.entity}.${f.name}`, f.type]));
const parameters = packs.flatMap((pack) => (existsSync(join(PACKS, pack, 'parameters.csv')) ? csv(read(PACKS, pack, 'parameters.csv')) : []));

// ---- models and what they need --------------------------------------------------

const modelFiles = packs.flatMap((pack) => [
  ...(existsSync(join(PACKS, pack, 'models')) ? readdirSync(join(PACKS, pack, 'models')).filter((f) => f.endsWith('.dmn')).map((f) => read(PACKS, pack, 'models', f)) : []),
  ...folders(join(PACKS, pack, 'matters')).map((m) => join(PACKS, pack, 'matters', m)).flatMap((m) => readdirSync(m).filter((f) => f.endsWith('.dmn')).map((f) => read(m, f))),
]);
const byNamespace = new Map(modelFiles.map((text) => [/<definitions[^>]*?\snamespace="([^"]*)"/.exec(text)?.[1], text]));
function inputsOf(text, seen = new Set()) {
  const names = [...text.matchAll(/<inputData [^>]*?name="([^"]*)"/g)].map((m) => m[1]);
  for (const [, uri] of text.matchAll(/<import [^>]*?namespace="([^"]*)"/g)) {
    if (seen.has(uri) || !byNamespace.has(uri)) continue;
    seen.add(uri);
    names.push(...inputsOf(byNamespace.get(uri), seen));
  }
  return [...new Set(names)];
}
const figureOn = (name, day) => parameters.find((p) => p.name === name && p.valid_from <= day && (!p.valid_to || day <= p.valid_to));

// ---- XML ---------------------------------------------------------------------------

const escape = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const simple = (value, type, pad) => (value === null ? `${pad}<value xsi:nil="true"/>\n` : `${pad}<value xsi:type="xsd:${type}">${escape(value)}</value>\n`);

// A fact by its type in the vocabulary ("date", "list<收入>", "成员", "number" ...).
function fact(value, type, pad) {
  const list = /^list<(.*)>$/.exec(type)?.[1];
  if (value === null) return simple(null, '', pad);
  if (list) return `${pad}<list>\n${value.map((one) => `${pad}  <item>\n${fact(one, list, `${pad}    `)}${pad}  </item>\n`).join('')}${pad}</list>\n`;
  if (type === 'date') return simple(value, 'date', pad);
  if (typeof value === 'number') return simple(value, 'decimal', pad);
  if (typeof value === 'boolean') return simple(value, 'boolean', pad);
  if (typeof value === 'string') return simple(value, 'string', pad);
  return Object.entries(value).map(([name, inner]) => {
    const own = typeOf.get(`${type}.${name}`);
    if (!own) throw new Error(`${type}.${name} is not in the vocabulary`);
    return `${pad}<component name="${escape(name)}">\n${fact(inner, own === 'context' ? name : own, `${pad}  `)}${pad}</component>\n`;
  }).join('');
}

const yuan = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
const component = (name, inner, pad) => `${pad}<component name="${name}">\n${inner}${pad}</component>\n`;
function line(one, pad) {
  const amount = one.once_fen ? component('一次金额', simple(yuan(one.once_fen), 'decimal', `${pad}  `), pad) : component('月金额', simple(yuan(one.monthly_fen), 'decimal', `${pad}  `), pad);
  return component('成员', simple(one.member, 'string', `${pad}  `), pad) + component('项目', simple(one.item, 'string', `${pad}  `), pad) + amount;
}
function expected(want, pad) {
  const lines = want.lines.map((one) => `${pad}    <item>\n${line(one, `${pad}      `)}${pad}    </item>\n`).join('');
  return component('结论', simple(want.outcome === 'eligible' ? '符合' : '不符合', 'string', `${pad}  `), pad)
    + component('明细', `${pad}  <list>\n${lines}${pad}  </list>\n`, pad);
}

// As `decide` does: a benefit of a person is decided for the applicant where nobody else is named.
function ofWhom(one, unit) {
  const applicants = one.input.户.成员.filter((m) => m.与申请人关系 === '本人');
  if (unit !== 'person' || one.input.申请?.对象 || applicants.length !== 1) return one;
  return { ...one, input: { ...one.input, 申请: { ...one.input.申请, 对象: applicants[0].编号 } } };
}

function testCase(one, needed) {
  const day = one.input.日期;
  const inputs = needed.map((name) => {
    if (typeOf.has(`输入.${name}`)) {
      if (!(name in one.input)) return '';
      const type = typeOf.get(`输入.${name}`);
      return `    <inputNode name="${escape(name)}">\n${fact(one.input[name], type === 'context' ? name : type, '      ')}    </inputNode>\n`;
    }
    const row = figureOn(name, day);
    return row ? `    <inputNode name="${escape(name)}">\n${simple(row.value, 'decimal', '      ')}    </inputNode>\n` : '';
  }).join('');
  return `  <testCase id="${escape(one.id)}">\n    <description>${escape(one.title_zh)}</description>\n${inputs}`
    + `    <resultNode name="结果" type="decision">\n      <expected>\n${expected(one.expected, '        ')}      </expected>\n    </resultNode>\n  </testCase>\n`;
}

// ---- what a case leaves open ---------------------------------------------------------

function* instances(value, type) {
  const list = /^list<(.*)>$/.exec(type)?.[1];
  if (list) { for (const one of value) yield* instances(one, list); return; }
  if (value === null || typeof value !== 'object') return;
  yield [type, value];
  for (const [name, inner] of Object.entries(value)) {
    const own = typeOf.get(`${type}.${name}`) ?? '';
    yield* instances(inner, own === 'context' ? name : own);
  }
}

// The facts that most instances of an entity state, over all cases of a matter.
function usual(cases) {
  const total = new Map();
  const stated = new Map();
  for (const one of cases) for (const [type, value] of instances(one.input, '输入')) {
    total.set(type, (total.get(type) ?? 0) + 1);
    for (const name of Object.keys(value)) stated.set(`${type}.${name}`, (stated.get(`${type}.${name}`) ?? 0) + 1);
  }
  return [...stated].filter(([key, n]) => n * 2 > total.get(key.split('.')[0])).map(([key]) => key);
}

const complete = (one, facts) => [...instances(one.input, '输入')].every(([type, value]) =>
  facts.every((key) => key.split('.')[0] !== type || key.split('.')[1] in value));

// A value stands on its component's line: a third of the lines.
const closed = (xml) => xml.replace(/>\n *(<value [^\n]*)\n *<\//g, '>$1</');

// ---- matters -------------------------------------------------------------------------

let stale = 0;
for (const pack of packs) {
  for (const matter of folders(join(PACKS, pack, 'matters'))) {
    const home = join(PACKS, pack, 'matters', matter);
    const cases = existsSync(join(home, 'cases')) ? readdirSync(join(home, 'cases')).filter((f) => f.endsWith('.json')).sort().map((f) => JSON.parse(read(home, 'cases', f))) : [];
    const facts = usual(cases);
    const decided = cases.filter((one) => one.expected.outcome !== 'undecided' && complete(one, facts));
    if (decided.length === 0) continue;
    const { decisions, unit } = JSON.parse(read(home, 'matter.json'));
    const model = decisions.at(-1).file;
    const needed = inputsOf(read(home, model));
    const text = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- Written by tools/tck.mjs from cases/; change those. -->\n'
      + '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\n'
      + `  <modelName>${model}</modelName>\n${closed(decided.map((one) => testCase(ofWhom(one, unit), needed)).join(''))}</testCases>\n`;
    const file = join(home, 'tests', `${matter}-test-01.xml`);
    if (check) {
      if (!existsSync(file) || read(file) !== text) {
        console.log(`${file.slice(PACKS.length)} is not what the cases say: node tools/tck.mjs`);
        stale += 1;
      }
      continue;
    }
    mkdirSync(join(home, 'tests'), { recursive: true });
    writeFileSync(file, text);
    console.log(`${file.slice(PACKS.length)}: ${decided.length} cases`);
  }
}
process.exit(stale ? 1 : 0);
