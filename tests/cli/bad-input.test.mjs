// What no household can be is refused by every scheme alike: with its code, its path in the JSON, and exit 3.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
let files = 0;
async function refused(scheme, input) {
  const file = join(folder, `bad-${(files += 1)}.json`);
  writeFileSync(file, typeof input === 'string' ? input : JSON.stringify(input));
  const { code, json, stderr } = await minzheng(['decide', scheme, '--input', file, '--json']);
  return { code, problem: json?.problem, stderr };
}

const schemes = readdirSync(join(ROOT, 'packs')).flatMap((pack) => {
  try {
    return JSON.parse(readFileSync(join(ROOT, 'packs', pack, 'pack.json'), 'utf8')).matters;
  } catch {
    return [];
  }
}).sort();

// A household that every scheme can examine, with one thing changed in it.
const member = (number, relation = '本人') => ({ 编号: number, 与申请人关系: relation, 出生日期: '1950-03-02', 户籍: '本市', 残疾: [{ 类别: '肢体', 等级: 1 }], 收入: [{ 类别: '养老金', 月金额: 900 }] });
function household(change) {
  const input = { 日期: '2025-03-18', 户: { 成员: [member('1'), member('2', '配偶')], 货币财产: 3000 }, 在享: [{ 待遇: '低保', 对象: '户' }], 申请: { 对象: '1', 选择: [] } };
  return change(input) ?? input;
}
const inMember = (name, value) => (x) => { x.户.成员[1][name] = value; };

const BAD = [
  ['a household at the top that is none', () => [], 'decision.not_object', '输入'],
  ['an unknown fact at the top', (x) => { x.申情 = {}; }, 'decision.fact_near', '申情', '申请'],
  ['an unknown fact of the household, with the nearest', (x) => { x.户.货币财富 = 1; }, 'decision.fact_near', '户.货币财富', '货币财产'],
  ['an unknown fact of a member, with the nearest', inMember('出生日子', '1980-01-01'), 'decision.fact_near', '户.成员[1].出生日子', '出生日期'],
  ['an unknown fact that is near none', inMember('阿拉伯数字写法', 1), 'decision.fact_unknown', '户.成员[1].阿拉伯数字写法'],
  ['an unknown fact of an income', (x) => { x.户.成员[0].收入[0].月金 = 1; }, 'decision.fact_near', '户.成员[0].收入[0].月金', '月金额'],
  ['text for a number', (x) => { x.户.货币财产 = '3000'; }, 'decision.not_number', '户.货币财产'],
  ['a number for a text', inMember('户籍', 1), 'decision.not_string', '户.成员[1].户籍'],
  ['a number for yes or no', inMember('重大疾病', 1), 'decision.not_boolean', '户.成员[1].重大疾病'],
  ['an object for a list', inMember('收入', {}), 'decision.not_list', '户.成员[1].收入'],
  ['a list for an object', (x) => { x.户 = []; }, 'decision.not_object', '户'],
  ['a number for a date', inMember('出生日期', 1950), 'decision.not_date', '户.成员[1].出生日期'],
  ['30 February', inMember('出生日期', '1950-02-30'), 'date.impossible', '户.成员[1].出生日期'],
  ['29 February of no leap year', (x) => { x.日期 = '2025-02-29'; }, 'date.impossible', '日期'],
  ['a date that is none', (x) => { x.日期 = '2025/03/18'; }, 'date.syntax', '日期'],
  ['no date', (x) => { delete x.日期; }, 'decision.no_date', '日期'],
  ['a date before the first parameter', (x) => { x.日期 = '2015-12-31'; }, 'decision.no_policy', '日期'],
  ['an age of 150', inMember('出生日期', '1875-03-18'), 'decision.age', '户.成员[1].出生日期'],
  ['a member numbered 户', inMember('编号', '户'), 'decision.member_household', '户.成员[1].编号'],
  ['born tomorrow', inMember('出生日期', '2025-03-19'), 'decision.born_later', '户.成员[1].出生日期'],
  ['an employee of two', (x) => { Object.assign(x.户.成员[1], { 与申请人关系: '子女', 出生日期: '2023-01-01', 就业状态: '在职职工' }); }, 'decision.too_young_to_work', '户.成员[1].就业状态'],
  ['retired a day before sixteen', (x) => { Object.assign(x.户.成员[1], { 出生日期: '2009-03-19', 就业状态: '退休' }); }, 'decision.too_young_to_work', '户.成员[1].就业状态'],
  ['a parent younger than the applicant', (x) => { x.户.成员.push({ ...member('3', '父母'), 出生日期: '2001-01-01' }); }, 'decision.parent_younger', '户.成员[2].出生日期'],
  ['a child as old as the applicant', (x) => { x.户.成员.push({ ...member('3', '子女'), 出生日期: x.户.成员[0].出生日期 }); }, 'decision.child_older', '户.成员[2].出生日期'],
  ['two living spouses', (x) => { x.户.成员.push(member('3', '配偶')); }, 'decision.spouses', '户.成员[2].与申请人关系'],
  ['a spouse and a half in the count', (x) => { x.户.赡养人家庭 = [{ 人数: 1.5 }]; }, 'decision.fact_whole', '户.赡养人家庭[0].人数'],
  ['half a dwelling', (x) => { x.户.赡养人家庭 = [{ 住房套数: 0.5 }]; }, 'decision.fact_whole', '户.赡养人家庭[0].住房套数'],
  ['dead before birth', inMember('死亡日期', '1949-01-01'), 'decision.died_before_birth', '户.成员[1].死亡日期'],
  ['negative money', (x) => { x.户.货币财产 = -1; }, 'decision.fact_negative', '户.货币财产'],
  ['a negative income', (x) => { x.户.成员[0].收入[0].月金额 = -0.01; }, 'decision.fact_negative', '户.成员[0].收入[0].月金额'],
  ['more money than there is', (x) => { x.户.货币财产 = 1e15; }, 'decision.fact_amount', '户.货币财产'],
  ['a code that is none', inMember('户籍', '北京'), 'decision.fact_code', '户.成员[1].户籍'],
  ['a disability of grade 5', inMember('残疾', [{ 类别: '肢体', 等级: 5 }]), 'decision.fact_range', '户.成员[1].残疾[0].等级'],
  ['a grade and a half', inMember('残疾', [{ 类别: '肢体', 等级: 1.5 }]), 'decision.fact_range', '户.成员[1].残疾[0].等级'],
  ['a member without a number', (x) => { delete x.户.成员[1].编号; }, 'decision.member_number', '户.成员[1].编号'],
  ['a member with an empty number', inMember('编号', ''), 'decision.member_number', '户.成员[1].编号'],
  ['two members of one number', inMember('编号', '1'), 'decision.member_twice', '户.成员[1].编号'],
  ['nobody', (x) => { x.户.成员 = []; }, 'decision.no_members', '户.成员'],
  ['two applicants', inMember('与申请人关系', '本人'), 'decision.applicants', '户.成员[1].与申请人关系'],
  ['an application for nobody of the household', (x) => { x.申请.对象 = '3'; }, 'decision.examined_unknown', '申请.对象'],
  ['a benefit of nobody of the household', (x) => { x.在享[0].对象 = '3'; }, 'decision.subject_unknown', '在享[0].对象'],
];

test('the schemes of every pack are found', () => assert.ok(schemes.length >= 11, schemes.join()));

for (const scheme of schemes) {
  describe(scheme, { concurrency: 2 }, () => {
    for (const [title, change, code, where, nearest] of BAD) {
      test(title, async () => {
        const { code: exit, problem, stderr } = await refused(scheme, household(change));
        assert.equal(problem?.code, code, stderr);
        assert.equal(problem.where ?? '', where);
        assert.equal(exit, 3);
        if (nearest) assert.match(problem.detail, new RegExp(nearest));
        assert.ok(stderr.length > 10);
      });
    }
    test('and the household itself is none of these, nor one whose first spouse has died or whose youngest works at sixteen', async () => {
      for (const change of [() => undefined, (x) => { x.户.成员.push({ ...member('3', '配偶'), 死亡日期: '2025-03-18' }); }, (x) => { Object.assign(x.户.成员[1], { 出生日期: '2009-03-18', 就业状态: '在职职工' }); }]) {
        const { code, stderr } = await refused(scheme, household(change));
        assert.ok(code === 0 || code === 1, stderr);
      }
    });
  });
}

test('text that is no JSON, and a scheme that is none', async () => {
  assert.equal((await refused('dibao', '{"日期":')).code, 3);
  assert.equal((await refused('dibaoo', household(() => undefined))).problem.code, 'decision.no_scheme');
});
