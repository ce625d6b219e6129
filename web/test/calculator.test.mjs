// The calculator's questions and what they make of the answers, as the browser runs them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './bundle.mjs';

const { asked, catalogue, concerned, dateOf, isAmount, mistakesOf } = await load('resident/calculator/questions.ts');
const { factsOf } = await load('resident/calculator/facts.ts');
const vocabulary = readFileSync(new URL('../../packs/vocabulary.csv', import.meta.url), 'utf8').split('\n').slice(1).filter(Boolean).map((row) => row.split(','));
const DAY = '2026-03-18';
const person = (id, relation, sex, birth) => ({ id, relation, sex, birth });
const family = { people: [person('1', '', '女', '1985-2-3'), person('2', '子女', '男', '2015-06-07'), person('3', '父母', '男', '1940-01-01')] };
const ids = (answers) => asked(answers, DAY).map((question) => question.id);

test('what decides most is asked first, and what concerns nobody is not asked', () => {
  assert.deepEqual(ids({ ...family, local: ['2'] }).slice(0, 3), ['people', 'local', 'permit']);
  assert.deepEqual(ids(family).slice(0, 3), ['people', 'local', 'held']); // everybody is ticked to begin with
  const here = { ...family, local: ['1', '2', '3'] };
  assert.deepEqual(ids(here).slice(0, 4), ['people', 'local', 'held', 'work']);
  for (const id of ['permit', 'disability', 'kept', 'care', 'parents', 'area', 'capital', 'held_tekun']) assert.ok(!ids(here).includes(id), id);
  assert.ok(ids({ ...here, disabled: ['3'] }).includes('disability'));
  assert.ok(ids({ ...here, homes: '2' }).includes('area'));
  assert.ok(!ids({ people: [family.people[0]], local: ['1'] }).includes('grade'));
  const grade = catalogue.questions.find((question) => question.id === 'grade');
  assert.deepEqual(concerned(grade, here, DAY).map((p) => p.id), ['3']);
});

test('every fact and code is one that the vocabulary has', () => {
  const facts = new Map(vocabulary.map(([entity, name, , codes]) => [`${entity}.${name}`, codes]));
  const of = (entity, object) => { for (const name of Object.keys(object)) assert.ok(facts.has(`${entity}.${name}`), `${entity}.${name}`); };
  of('成员', catalogue.member);
  for (const rule of catalogue.derived) of('成员', rule.set);
  for (const question of catalogue.questions) {
    const set = typeof question.set === 'string' ? [question.set] : Object.keys(question.set ?? {});
    for (const name of set) assert.ok(facts.has(`成员.${name}`), name);
    if (typeof question.set === 'string') for (const { value } of question.options) if (value) assert.ok(facts.get(`成员.${question.set}`).split('|').includes(value), `${question.set} ${value}`);
    for (const option of question.options ?? []) { of('户', option.household ?? {}); of('申请', option.application ?? {}); }
    for (const text of [question.title, question.why, question.hint, question.unit]) if (text) assert.ok(text.zh && text.en, question.id);
  }
});

test('the facts of a family', () => {
  const answers = { ...family, local: ['1', '3'], permit: [], held: ['低保'], held_dibao: '800', work: { 1: '灵活就业', 3: '退休' }, study: { 1: '无' }, wages: { 1: '1,200' }, pension: { 3: '2000' }, other: '50',
    savings: '10000', car: 'none', homes: '2', area: '80', shop: 'yes', capital: '30000', support: 'no', disabled: ['3'], disability: { 3: [{ kind: '听力', grade: '2' }, { kind: '', grade: '' }] }, ill: ['1'], able: [], lone: ['1'],
    grade: { 3: '' }, nobody: [], orphans: [], status: { 3: '离休' }, medical: '0', school: '0', urgent: 'none' };
  const facts = factsOf(answers, DAY);
  const [me, child, father] = facts.户.成员;
  assert.equal(me.与申请人关系, '本人');
  assert.equal(me.出生日期, '1985-02-03');
  assert.deepEqual(me.收入, [{ 类别: '工资性', 月金额: 1200 }, { 类别: '其他转移', 月金额: 50 }]);
  assert.equal(me.单独抚养, true);
  assert.equal(child.户籍, '外埠');
  assert.equal(child.就业状态, '学生');
  assert.deepEqual(child.父母状况, ['健在', '健在']);
  assert.deepEqual(father.残疾, [{ 类别: '听力', 等级: 2 }]);
  assert.equal('能力等级' in father, false); // never assessed: not known
  assert.deepEqual(father.特殊身份, ['离休']);
  assert.equal(father.个人稳定性收入, 2000);
  assert.deepEqual(facts.在享, [{ 待遇: '低保', 对象: '户', 月金额: 800 }]);
  assert.deepEqual(facts.户.住房, [{ 建筑面积: 80 }, { 建筑面积: 0 }]);
  assert.deepEqual(facts.户.工商登记, [{ 认缴资本: 30000, 存续: true }]);
  assert.deepEqual(facts.户.赡养人家庭, []);
  assert.deepEqual(facts.申请, { 单独申请: false, 类型: '支出型' });
  // An answer to a question that is no longer asked says nothing.
  assert.deepEqual(factsOf({ ...answers, homes: '1' }, DAY).户.住房, [{ 用途: '自住' }]);
  assert.equal('赡养人家庭' in factsOf({ ...answers, support: 'yes' }, DAY).户, false);
});

test('what is wrong is said where it is', () => {
  const of = (id, answers) => mistakesOf(catalogue.questions.find((question) => question.id === id), answers, DAY).map((mistake) => mistake.id);
  assert.deepEqual(of('people', { people: [person('1', '', '', '')] }), ['sex-1', 'birth-1']);
  assert.deepEqual(of('people', { people: [person('1', '', '女', '1985-2-30'), person('2', '', '男', '2026-3-19')] }), ['birth-1', 'relation-2', 'birth-2']);
  assert.deepEqual(of('savings', family), ['savings']);
  assert.deepEqual(of('savings', { ...family, savings: '１２００' }), []);
  assert.deepEqual(of('work', family), ['work-1', 'work-3']);
  assert.deepEqual(of('car', family), ['car']);
  for (const bad of ['', '-1', '1.234', '1e5', 'abc', '12345678901']) assert.equal(isAmount(bad), false, bad);
  assert.equal(dateOf('1985-13-1'), '');
});
