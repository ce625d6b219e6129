import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './bundle.mjs';

const S = { ...await load('form/schema.ts'), ...await load('form/settle.ts'), ...await load('form/moment.ts') };
const P = await load('form/pages.ts');
const V = await load('form/validate.ts');

const schema = { components: [
  { type: 'text', id: 't', text: '## 关于您' },
  { type: 'group', id: 'g1', label: '您', properties: { 'mz.page': 'you' }, components: [
    { type: 'textfield', id: 'name', key: 'name', label: '姓名', validate: { required: true, maxLength: 4 }, properties: { 'mz.page': 'you' } },
    { type: 'expression', id: 'calc', key: 'calc', expression: '="x" + name' },
  ] },
  { type: 'radio', id: 'car', key: 'car', label: '车', values: [{ label: '有', value: false }, { label: '没有', value: true }], validate: { required: true }, properties: { 'mz.page': 'car' } },
  { type: 'dynamiclist', id: 'cars', path: 'cars', label: '车辆', conditional: { hide: '=car != false' }, defaultRepetitions: 1, properties: { 'mz.page': 'car' }, components: [
    { type: 'select', id: 'use', key: 'use', label: '用途', values: [{ label: '生活', value: 'life' }, { label: '经营', value: 'work' }], validate: { required: true } },
    { type: 'number', id: 'worth', key: 'worth', label: '价值', validate: { min: 0, max: 100 }, decimalDigits: 2, conditional: { hide: '=this.use = "work"' } },
  ] },
  { type: 'datetime', subtype: 'date', id: 'born', key: 'person.born', dateLabel: '生日', validate: { required: true } },
  { type: 'checkbox', id: 'agree', key: 'agree', label: '同意', validate: { required: true } },
  { type: 'textfield', id: 'idn', key: 'idn', label: '身份证', properties: { 'mz.idnum': 'true' } },
  { type: 'iframe', id: 'unknown', url: 'https://example.invalid' },
] };
const fields = S.readForm(schema);
const scopeOf = (answers) => S.dataOf(fields, answers);
const codes = (answers) => V.mistakes(fields, answers, scopeOf(answers), scopeOf(answers)).map((m) => `${V.pathText(m.path)} ${m.code}`);

test('pages: neighbours with one mz.page stand together, words go with the next', () => {
  const pages = P.pagesOf(fields);
  assert.deepEqual(pages.map((page) => page.id), ['g1', 'car', 'born', 'agree', 'idn']);
  assert.deepEqual(pages[0].fields.map((f) => f.id), ['t', 'g1']);
  assert.equal(pages[0].title, '关于您');
});

test('a hidden list is not sent; a shown one is, in its types', () => {
  const answers = { name: '甲', car: true, cars: [{ use: 'life', worth: '1' }] };
  assert.equal('cars' in S.submission(fields, answers), false);
  const shown = S.submission(fields, { ...answers, car: false, cars: [{ use: 'life', worth: '1,0.50' }, { use: 'work', worth: '7' }] });
  assert.deepEqual(shown.cars, [{ use: 'life', worth: 10.5 }, { use: 'work' }]);
});

test('computed fields are the server\'s: never sent, but conditions see them', () => {
  assert.equal('calc' in S.submission(fields, { name: '甲' }), false);
  assert.equal(S.dataOf(fields, { name: '甲' }).calc, 'x甲');
});

test('a radio of booleans keeps booleans, and false is an answer', () => {
  assert.equal(S.submission(fields, { car: false }).car, false);
  assert.ok(!codes({ car: false }).some((c) => c.startsWith('car ')));
  assert.ok(codes({}).includes('car choose'));
});

test('first rows come from the form, a draft keeps its own', () => {
  assert.equal(S.initial(fields).cars.length, 1);
  assert.equal(S.initial(fields, { cars: [] }).cars.length, 0);
});

test('mistakes, each at its place', () => {
  assert.deepEqual(codes({ name: '一二三四五', car: false, cars: [{ use: '', worth: '-1' }, { use: 'life', worth: '1.234' }, { use: 'life', worth: '十' }, { use: 'life', worth: '101' }], person: { born: '2023-2-30' }, agree: false, idn: '110102198406200020' }), [
    'name maxLength', 'cars[0].use choose', 'cars[0].worth min', 'cars[1].worth decimals', 'cars[2].worth number', 'cars[3].worth max',
    'person.born date', 'agree tick', 'idn idnum']);
});

test('characters that nobody sees are refused, as the server refuses them', () => {
  // tests/unit/test_base_utf8.c holds the same two lists
  const bad = [0, 7, 0x7f, 0x85, 0xad, 0x61c, 0x180e, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
    0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0x3164, 0xfeff, 0xfff9, 0xffff, 0x1fffe, 0xe0001, 0xe0041];
  const good = [0x20, 0x61, 0xa0, 0xe9, 0x3000, 0x5317, 0xfe0f, 0xff0c, 0x1f468, 0x20bb7, 0xe0100, 0xe01ef];
  for (const code of bad) for (const text of [`张${String.fromCodePoint(code)}三`, String.fromCodePoint(code)])
    assert.ok(codes({ name: text }).includes('name characters'), code.toString(16));
  for (const code of good) assert.ok(!codes({ name: `张${String.fromCodePoint(code)}三` }).includes('name characters'), code.toString(16));
});

test('full-width digits and commas are numbers', () => {
  assert.equal(S.submission(fields, { car: false, cars: [{ use: 'life', worth: '\uff11\uff12\uff0e\uff15' }] }).cars[0].worth, 12.5);
});

test('dates are real days', () => {
  assert.equal(S.paddedDate('1984-6-2'), '1984-06-02');
  assert.equal(S.paddedDate('2023-02-29'), null);
  assert.equal(S.paddedDate('84-6-2'), null);
});

test('identity numbers: check digit, X, birth date', () => {
  assert.equal(V.validIdNumber('11010519491231002X'), true);
  assert.equal(V.validIdNumber('11010519491231002x'), true);
  assert.equal(V.validIdNumber('110105194912310021'), false);
  assert.equal(V.validIdNumber('11010519491331002X'), false);
  assert.equal(V.validIdNumber('1101051949123100'), false);
});

test('a server path finds its page', () => {
  const pages = P.pagesOf(fields);
  assert.equal(P.pageHolding(pages, 'cars[3].worth').id, 'car');
  assert.equal(P.pageHolding(pages, 'person.born').id, 'born');
  assert.equal(P.pageHolding(pages, 'name').id, 'g1');
  assert.equal(P.pageHolding(pages, 'nothing'), undefined);
});

test('the words of another language change words only', () => {
  const english = S.readForm(schema, { pages: { you: 'You' }, fields: { name: { label: 'Name' }, car: { options: { true: 'No', false: 'Yes' } }, 'cars.use': { label: 'Use' } } });
  assert.equal(english[1].label, 'You');
  assert.equal(english[1].children[0].label, 'Name');
  assert.deepEqual(english[2].options, [{ label: 'Yes', value: false }, { label: 'No', value: true }]);
  assert.equal(english[3].children[0].label, 'Use');
  assert.equal(english[3].children[1].label, '价值');
});

test('a schema that is none gives no fields', () => {
  for (const bad of [null, 1, 'x', [], {}, { components: 'x' }, { components: [null, 1, { type: 'nope' }] }]) assert.deepEqual(S.readForm(bad), []);
});

test('answers as rows: choices by their words, lists entry by entry', () => {
  const words = { yes: 'yes', no: 'no', none: '-', join: ', ', day: (d) => d, entry: (label, n) => `${label} ${n}` };
  const rows = P.answerRows(fields, fields, { name: '甲', car: false, cars: [{ use: 'work' }] }, words);
  assert.deepEqual(rows.slice(0, 4).map((r) => [r.label, r.value]), [['姓名', '甲'], ['车', '有'], ['车辆 1', ''], ['用途', '经营']]);
});

const T = await load('form/template.ts');
const H = await load('form/safeHtml.tsx');

test('words hold answers, conditions and loops; what cannot be computed leaves nothing', () => {
  const scope = { name: '甲', n: 3, rows: [{ a: 1 }, { a: 2 }], on: true };
  assert.equal(T.filled('{{name}}，共 {{ n + 1 }} 项{{missing}}', scope), '甲，共 4 项');
  assert.equal(T.filled('={"x": name}.x', scope), '');
  assert.equal(T.filled('="a" + name', scope), 'a甲');
  assert.equal(T.filled('{{#if on}}是{{/if}}{{#if n > 5}}多{{/if}}', scope), '是');
  assert.equal(T.filled('{{#loop rows}}[{{a}}:{{this.a}}]{{/loop}}', scope), '[1:1][2:2]');
  assert.equal(T.filled('{{#loop rows}}{{#loop rows}}x{{/loop}}{{/loop}}', scope), 'xxxx');
  for (const broken of ['{{', '{{#if on}}x', '{{#loop}}{{/loop}}', '}}{{', '{{/if}}']) assert.equal(typeof T.filled(broken, scope), 'string');
  assert.equal(T.filled('<b>{{name}}</b>', { name: '<img onerror=x>' }, T.quoteHtml), '<b>&lt;img onerror=x&gt;</b>');
  const many = Array.from({ length: 500 }, () => 1);
  assert.ok(T.filled('{{#loop l}}{{#loop l}}{{#loop l}}xxxxxxxxxx{{/loop}}{{/loop}}{{/loop}}', { l: many }).length <= 20000);
});

test('addresses that run or pretend are none', () => {
  for (const good of ['https://a.cn/x', 'http://a.cn', '/api/x', '#part', 'mailto:a@b.cn']) assert.equal(H.safeAddress(good), good);
  for (const bad of ['javascript:alert(1)', ' JavaScript:x', 'data:text/html,x', '//evil.cn', '/\\evil.cn', 'vbscript:x', '']) assert.equal(H.safeAddress(bad), undefined);
  assert.equal(H.safeAddress('data:image/svg+xml;base64,x', false), undefined);
  assert.equal(H.safeAddress('data:image/png;base64,x', false), 'data:image/png;base64,x');
});

test('in a row: this is the row, parent what is around, bare names are the form\'s', () => {
  const inner = S.readForm({ components: [
    { type: 'textfield', key: 'kind' },
    { type: 'dynamiclist', path: 'l', components: [
      { type: 'number', key: 'n' }, { type: 'textfield', key: 'own', conditional: { hide: '=this.n > 3' } }, { type: 'textfield', key: 'bare', conditional: { hide: '=n > 3' } },
      { type: 'dynamiclist', path: 'm', components: [{ type: 'textfield', key: 'deep', conditional: { hide: '=parent.n > 3 or i[1] = 2' } }] }] },
  ] });
  const row = (n) => ({ n, own: 'o', bare: 'b', m: [{ deep: 'd' }] });
  assert.deepEqual(S.submission(inner, { l: [row('4'), row('2'), row('1')] }).l, [
    { n: 4, bare: 'b', m: [{}] }, { n: 2, own: 'o', bare: 'b', m: [{}] }, { n: 1, own: 'o', bare: 'b', m: [{ deep: 'd' }] }]);
});

test('what is no answer of the form is not sent', () => {
  assert.deepEqual(S.submission(fields, { car: true, old: 1, person: { born: '1984-6-2', other: 2 } }), { car: true, person: { born: '1984-06-02' }, agree: false });
});
