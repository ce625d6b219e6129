// decide --all: everything a household may receive, in the right order, and what may be received together.
// Amounts are worked by hand from the articles named.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
let files = 0;
async function examine(input, ...options) {
  const file = join(folder, `household-${(files += 1)}.json`);
  writeFileSync(file, JSON.stringify(input));
  return minzheng(['decide', '--all', '--input', file, '--json', ...options]);
}

const person = (change = {}) => ({
  编号: '1', 与申请人关系: '本人', 性别: '女', 出生日期: '1955-03-02', 户籍: '本市', 就学迁入集体户: false, 婚姻状况: '丧偶', 就业状态: '退休',
  收入: [{ 类别: '养老金', 月金额: 900 }], 个人稳定性收入: 900, 残疾: [], 重大疾病: false, 劳动能力: '有', 能力等级: '能力完好', 自理能力: '全自理', 在读: '无',
  单独抚养: false, 依靠兄弟姐妹或老人扶养: false, 有法定赡养抚养扶养人: true, 法定义务人有履行能力: true, 特殊身份: [], 不计入事由: '无', 儿童类别: '无',
  领取工伤生活护理费: false, 享受托养补贴: false, 享受困境家庭入住机构补贴: false, 见义勇为致残护理补贴: false, ...change,
});
const household = (members, change = {}) => ({
  日期: '2025-03-18',
  户: { 成员: members, 货币财产: 3000, 机动车: [], 住房: [], 工商登记: [], 赡养人家庭: [], 医疗自付: 0, 教育支出: 0 },
  在享: [], 申请: { 类型: '支出型' }, ...change,
});
const states = (json) => Object.fromEntries(json.items.filter((i) => i.state !== 'not_eligible').map((i) => [`${i.scheme}${i.member ? ` ${i.member}` : ''}`, i.state]));
const item = (json, scheme, member) => json.items.find((i) => i.scheme === scheme && (member === undefined || i.member === member));

describe('decide --all', () => {
  test('an older disabled woman on 900 yuan: subsistence allowance first, and what follows from it; of two the larger', async () => {
    const { code, json } = await examine(household([person({ 残疾: [{ 类别: '肢体', 等级: 1 }] })]));
    assert.equal(code, 0);
    assert.equal(json.estimate, true);
    assert.deepEqual(states(json), { dibao: 'proposed', 'disability_living 1': 'proposed', 'disability_care 1': 'not_chosen', 'elderly_living 1': 'not_chosen', 'elderly_care 1': 'proposed' });
    // 445号 九(二)3, 十(二)1: 1450 and 35 %; 434号 二(一)1: 400 > 160号 二(一)1: 300; 160号 二(二)1: 600 > 434号 二(二)1: 300
    assert.equal(item(json, 'dibao').monthly_fen, 195750);
    assert.equal(json.proposal.monthly_fen, 195750 + 40000 + 60000);
    assert.equal(item(json, 'elderly_living').because.kind, 'choose');
    assert.equal(item(json, 'elderly_care').assumed[0].待遇, '低保');
    assert.ok(json.notes.some((n) => n.kind === 'not_income' && n.article === '434号 三4'));
  });

  test('nobody to support her: destitute support, and neither the allowance nor the subsidies for the disabled', async () => {
    const { json } = await examine(household([person({ 残疾: [{ 类别: '肢体', 等级: 1 }], 有法定赡养抚养扶养人: false, 法定义务人有履行能力: false })]));
    assert.deepEqual(states(json), { dibao: 'excluded', 'tekun 1': 'proposed' });
    assert.equal(item(json, 'dibao').because.article, '24号 第二十八条');
    // 24号 第十七条: 1450 × 1.5 + 2420 × 20 %
    assert.equal(json.proposal.monthly_fen, 217500 + 48400);
    // what is excluded is no longer assumed; what excludes it is
    assert.deepEqual(item(json, 'low_income').assumed.map((b) => b.待遇), ['特困']);
    assert.equal(item(json, 'tekun', '1').assumed.length, 0);
  });

  test('one member takes destitute support: the household is asked again without him', async () => {
    const adult = person({ 出生日期: '1979-03-02', 婚姻状况: '未婚', 就业状态: '无业', 收入: [], 个人稳定性收入: 0 });
    const parent = person({ 编号: '2', 与申请人关系: '父母', 出生日期: '1940-03-02', 收入: [], 个人稳定性收入: 0, 有法定赡养抚养扶养人: false, 法定义务人有履行能力: false });
    const { json } = await examine(household([adult, parent]));
    assert.deepEqual(states(json), { dibao: 'proposed', 'tekun 2': 'proposed', 'elderly_age 2': 'proposed' });
    // 445号 九(一) for one: 1450; 24号 第十七条: 2175 + 2420 × 20 %; 160号 二(三)1: 100
    assert.equal(item(json, 'dibao').monthly_fen, 145000);
    assert.deepEqual(item(json, 'dibao').assumed.map((b) => [b.待遇, b.对象]), [['特困', '2']]);
    assert.ok(item(json, 'dibao').reasons.some((r) => r.article === '24号 第二十八条'));
    assert.ok(json.notes.some((n) => n.kind === 'excludes' && n.article === '24号 第二十八条'));
    assert.equal(json.proposal.monthly_fen, 145000 + 265900 + 10000);
    // Without her the same income a head is no longer below the standard: 445号 二(一).
    const earns = { ...adult, 就业状态: '退休', 收入: [{ 类别: '养老金', 月金额: 1450 }] };
    const kept = (await examine(household([earns, parent]))).json;
    assert.deepEqual([item(kept, 'dibao').state, item(kept, 'dibao').because.other], ['excluded', 'dibao']);
    assert.equal(item(kept, 'low_income').state, 'proposed'); // 445号 十一(一)
    assert.equal(kept.proposal.monthly_fen, 265900 + 10000);
  });

  test('at 80 the age allowance comes beside destitute support', async () => {
    const { json } = await examine(household([person({ 出生日期: '1945-03-18', 有法定赡养抚养扶养人: false, 法定义务人有履行能力: false })]));
    assert.deepEqual(states(json), { dibao: 'excluded', 'tekun 1': 'proposed', 'elderly_age 1': 'proposed' });
    assert.equal(json.proposal.monthly_fen, 265900 + 10000);
  });

  test('every member is examined: an orphan\'s allowance goes before destitute support', async () => {
    const child = person({ 编号: '2', 与申请人关系: '孙子女', 出生日期: '2015-05-05', 婚姻状况: '未婚', 就业状态: '学生', 在读: '义务教育', 收入: [], 个人稳定性收入: 0,
      父母状况: ['死亡', '死亡'], 父母状况期限月数: [0, 0], 居住方式: '家庭', 机构集体户口: false, 有其他监护人抚养: false, 有法定赡养抚养扶养人: false, 法定义务人有履行能力: false });
    const { json } = await examine(household([person({ 收入: [{ 类别: '养老金', 月金额: 9000 }] , 个人稳定性收入: 9000 }), child]));
    assert.deepEqual(states(json), { 'children 2': 'proposed' });
    // 京民发〔2026〕2号 is of July 2025: before it 2200 yuan
    assert.equal(json.proposal.monthly_fen, 220000);
    assert.equal(item(json, 'tekun', '2').state, 'not_eligible');
    assert.equal(item(json, 'tekun', '2').assumed.at(-1).待遇, '困境儿童生活费');
  });

  test('what the household receives is not known: nothing is assumed, and 在享 is asked for', async () => {
    const input = household([person({ 残疾: [{ 类别: '肢体', 等级: 1 }] })]);
    delete input.在享;
    const { json } = await examine(input);
    assert.ok(json.items.every((i) => i.assumed.length === 0));
    assert.ok(item(json, 'disability_living').missing.includes('在享'));
  });

  test('rich: nothing, exit 1; the day may be given; a page in both languages', async () => {
    const rich = household([person({ 收入: [{ 类别: '养老金', 月金额: 20000 }], 个人稳定性收入: 20000 })]);
    assert.equal((await examine(rich)).code, 1);
    assert.equal((await examine(rich, '--as-of', '2024-01-01')).json.date, '2024-01-01');
    const file = join(folder, 'page.json');
    writeFileSync(file, JSON.stringify(household([person()])));
    assert.match((await minzheng(['decide', '--all', '--input', file, '--explain', 'zh'])).stdout, /可以申请：[\s\S]*这是估算/);
    assert.match((await minzheng(['decide', '--all', '--input', file, '--explain', 'en'])).stdout, /May apply for: [\s\S]*This is an estimate/);
  });

  test('bad input is refused as by one scheme; a scheme and --all together are no call', async () => {
    const bad = household([person(), person()]);
    const { code, json } = await examine(bad);
    assert.equal(code, 3);
    assert.equal(json.problem.where, '户.成员[1].编号');
    const many = household(Array.from({ length: 31 }, (_, i) => person({ 编号: `${i + 1}`, 与申请人关系: i ? '子女' : '本人' })));
    assert.equal((await examine(many)).json.problem.code, 'decision.too_many_members');
    assert.equal((await minzheng(['decide', 'dibao', '--all', '--input', 'x.json'])).code, 2);
  });
});

describe('between.csv', () => {
  async function start(change) {
    const packs = join(temporaryFolder(), 'packs');
    cpSync(join(ROOT, 'packs'), packs, { recursive: true });
    const file = join(packs, 'common/between.csv');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return minzheng(['decide', 'dibao', '--input', join(folder, 'page.json'), '--packs', packs, '--json']);
  }
  for (const [what, row, code] of [
    ['schemes that wait for each other', 'feeds,low_income,dibao,x,甲,a', 'decision.between_circle'],
    ['a circle of three', 'feeds,disability_living,dibao,x,甲,a', 'decision.between_circle'],
    ['a scheme that is none', 'excludes,dibaoo,dibao,x,甲,a', 'decision.between_scheme'],
    ['a scheme and itself', 'excludes,dibao,dibao,x,甲,a', 'decision.between_scheme'],
    ['a kind that is none', 'forbids,dibao,tekun,x,甲,a', 'decision.between_kind'],
    ['a row too short', 'feeds,dibao,tekun', 'csv.columns'],
  ]) {
    test(`refused: ${what}`, async () => {
      const { code: exit, json } = await start((text) => `${text}${row}\n`);
      assert.equal(exit, 3);
      assert.equal(json.problem.code, code);
    });
  }
  test('every row names its article and says why in both languages', () => {
    const rows = readFileSync(join(ROOT, 'packs/common/between.csv'), 'utf8').trim().split('\n').slice(1);
    assert.ok(rows.length > 20);
    for (const row of rows) assert.match(row, /^\w+,\w+,\w+,[^,]*号[^,]*,[^,]+,("[^"]+"|[^,]+)$/);
  });
});
