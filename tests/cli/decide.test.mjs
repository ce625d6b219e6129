// minzheng decide: every worked case of the packs (and the shared ones where
// they are beside the checkout), and what it refuses.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
let files = 0;
function inputFile(value) {
  const file = join(folder, `input-${(files += 1)}.json`);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}
const decide = (value, ...options) => minzheng(['decide', 'dibao', '--input', inputFile(value), ...options]);

function caseFiles() {
  const folders = [];
  for (const pack of readdirSync(join(ROOT, 'packs'), { withFileTypes: true })) {
    const matters = join(ROOT, 'packs', pack.name, 'matters');
    if (!pack.isDirectory() || !existsSync(matters)) continue;
    for (const matter of readdirSync(matters)) folders.push(join(matters, matter, 'cases'));
  }
  folders.push(join(ROOT, '../shared/facts/cases'));
  const list = [];
  for (const f of folders.filter(existsSync)) {
    for (const name of readdirSync(f).filter((n) => n.endsWith('.json')).sort()) list.push(join(f, name));
  }
  return list;
}
// Schemes that the packs do not have yet are not asked.
const schemes = new Set();
for (const pack of readdirSync(join(ROOT, 'packs'), { withFileTypes: true })) {
  if (!pack.isDirectory()) continue;
  for (const id of JSON.parse(readFileSync(join(ROOT, 'packs', pack.name, 'pack.json'), 'utf8')).matters) {
    schemes.add(JSON.parse(readFileSync(join(ROOT, 'packs', pack.name, 'matters', id, 'matter.json'), 'utf8')).scheme);
  }
}
const cases = caseFiles().map((f) => JSON.parse(readFileSync(f, 'utf8'))).filter((c) => schemes.has(c.scheme));
const lineKey = (l) => `${l.member} ${l.item} ${l.monthly_fen ?? 0} ${l.once_fen ?? 0}`;
const field = (name) => name.split('.').at(-1);

const byScheme = new Map([...schemes].map((scheme) => [scheme, cases.filter((c) => c.scheme === scheme)]));

// A household a line, an answer a line; the first of each scheme is asked by itself as well.
describe('worked cases', { concurrency: 2 }, () => {
  test('there are enough of them', () => assert.ok(byScheme.get('dibao').length >= 60));
  for (const [scheme, list] of byScheme) {
    describe(scheme, () => {
      let answers;
      before(async () => {
        const file = inputFile(list.map((c) => JSON.stringify(c.input)).join('\n'));
        const { stdout } = await minzheng(['decide', scheme, '--lines', '--input', file]);
        answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
        assert.equal(answers.length, list.length);
      });
      test('alone a household is answered as in its line', async () => {
        const { code, json } = await minzheng(['decide', scheme, '--input', inputFile(list[0].input), '--json']);
        assert.deepEqual(json, answers[0]);
        assert.equal(code, list[0].expected.outcome === 'eligible' ? 0 : 1);
      });
      for (const [i, c] of list.entries()) test(`${c.id} ${c.title_zh}`, () => compare(c, answers[i]));
    });
  }
});

function compare(c, got) {
  const want = c.expected;
  assert.equal(got.outcome, want.outcome, JSON.stringify(got.problem) ?? c.why);
  assert.equal(got.monthly_fen, want.monthly_fen, c.why);
  assert.equal(got.once_fen, want.once_fen ?? 0);
  assert.deepEqual(got.lines.map(lineKey).sort(), want.lines.map(lineKey).sort());
  assert.equal(got.lines.reduce((sum, l) => sum + l.monthly_fen, 0), got.monthly_fen);
  assert.deepEqual(got.missing.map(field).sort(), [...new Set(want.missing.map(field))].sort(), c.why);
  if (want.outcome === 'undecided') assert.equal(got.missing_exact, true);
  else assert.ok(got.reasons.length > 0 && got.reasons.every((r) => r.rule && r.article && r.zh && r.en));
}

// In a household of one a benefit is the household's or the one member's: where both give one answer, nobody has to be asked.
describe('whose benefit it is, in a household of one', () => {
  const alone = cases.filter((c) => c.input?.户?.成员?.length === 1 && c.expected.outcome !== 'undecided' && c.input.在享?.some((h) => h.对象));
  const open = (input) => ({ ...input, 在享: input.在享.map(({ 对象, ...rest }) => rest) });
  const decided = async (scheme, list, change) => {
    const { stdout } = await minzheng(['decide', scheme, '--lines', '--input', inputFile(list.map((c) => JSON.stringify(change(c.input))).join('\n'))]);
    return stdout.trim().split('\n').map((line) => JSON.parse(line));
  };
  test('is decided where the household and the member give one answer, and asked where not', async () => {
    let same = 0, asked = 0;
    for (const scheme of schemes) {
      const list = alone.filter((c) => c.scheme === scheme);
      if (!list.length) continue;
      const of = (who) => (input) => ({ ...input, 在享: input.在享.map((h) => ({ ...h, 对象: who(input) })) });
      const [unknown, household, member] = await Promise.all([open, of(() => '户'), of((input) => input.户.成员[0].编号)].map((change) => decided(scheme, list, change)));
      for (const [i, c] of list.entries()) {
        if (c.input.在享.length !== 1) continue; // several vary apart from each other
        const answer = (a) => JSON.stringify([a.outcome, a.monthly_fen, a.once_fen, a.lines]);
        const agree = household[i].outcome !== undefined && answer(household[i]) === answer(member[i]);
        if (agree) assert.equal(answer(unknown[i]), answer(member[i]), c.id);
        else assert.equal(unknown[i].outcome, 'undecided', c.id);
        same += agree;
        asked += !agree;
      }
    }
    assert.ok(same > 20, `${same} decided, ${asked} asked`);
  });
});

describe('a household a line', () => {
  const lines = (text) => minzheng(['decide', 'dibao', '--lines', '--input', inputFile(text)]);
  test('a bad line is told with its number, and the rest goes on', async () => {
    const good = JSON.stringify(PLAIN);
    const { code, stdout } = await lines(`${good}\r\n\n{"日期": \n${good.replace('3000', '-3000')}\n[]\n${good}`);
    const answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(code, 3);
    assert.deepEqual(answers.map((a) => a.outcome ?? [a.problem.line, a.problem.code]),
      ['eligible', [3, 'json.unfinished'], [4, 'decision.fact_negative'], [5, 'decision.not_object'], 'eligible']);
  });
  test('nothing asked, nothing answered', async () => assert.deepEqual([(await lines('')).code, (await lines('\n\n')).stdout], [0, '']));
  test('a line beyond the size of a household', async () => {
    const { code, stdout } = await lines(`{"日期":"${' '.repeat(5 << 20)}"}\n${JSON.stringify(PLAIN)}`);
    assert.equal(code, 3);
    assert.match(stdout, /"decide\.line_size"/);
    assert.equal(stdout.trim().split('\n').length, 2);
  });
  test('--lines has no --all, --explain or --trace', async () => {
    for (const other of [['--all'], ['--explain', 'zh'], ['--trace']]) {
      const { code } = await minzheng(['decide', ...(other[0] === '--all' ? [] : ['dibao']), '--lines', '--input', 'x', ...other]);
      assert.equal(code, 2, other[0]);
    }
  });
});

describe('reasons', () => {
  const reasonsOf = async (id) => {
    const { scheme, input } = cases.find((c) => c.id === id);
    return (await minzheng(['decide', scheme, '--input', inputFile(input), '--json'])).json.reasons;
  };
  test('of the route taken come first: an emergency is no matter of spending', async () => {
    const rules = (await reasonsOf('temporary-drawn-00009')).map((r) => r.rule);
    assert.equal(rules[0], 'r_emergency_visitor');
    assert.ok(rules.includes('r_kind_emergency') && !rules.includes('r_kind_costly'));
    // of a Beijing household neither the property nor the income of the other kind is said to be met
    const local = await reasonsOf('temporary-drawn-00008');
    assert.deepEqual(local.map((r) => r.article).filter((article) => !article.startsWith('86号 一(一)')), []);
  });
  test('of the regulation asked: another one, which may call its rules alike and was not needed for the answer, says nothing', async () => {
    const granted = (await reasonsOf('elderly_care-own-001')).map((r) => [r.rule, r.article]);
    assert.deepEqual(granted.slice(0, 2), [['r_b_care_one', '160号 二(二)1'], ['r_care_one', '160号 二(二)1']]);
    assert.ok(!granted.some(([, article]) => article.startsWith('434号')));
    const refused = await reasonsOf('elderly_care-own-003');
    assert.deepEqual(refused.map((r) => [r.rule, r.article, r.against]), [['r_care_ok_no', '160号 二(二)', true]]); // the other regulation refused nothing here
  });
  test('of a refusal are what failed, not what was fulfilled: of two parents the one whose term is too short', async () => {
    assert.deepEqual((await reasonsOf('children-own-008')).map((r) => r.rule), ['r_group_none', 'r_b_parent_short36']);
    assert.deepEqual((await reasonsOf('temporary-own-001')).map((r) => r.rule), ['r_enough_poor']);
  });
  test('of a benefit that did not exist yet is that it did not, and nothing else', async () => {
    const early = cases.filter((c) => c.scheme.startsWith('elderly_') && c.input.日期 < '2019-10-01');
    assert.ok(new Set(early.map((c) => c.scheme)).size === 3 && early.length >= 8);
    for (const { id } of early) assert.deepEqual((await reasonsOf(id)).map((r) => r.rule), ['r_force_no'], id);
  });
  test('of an emergency that needs no money is that it needs none', async () => {
    const { id } = cases.find((c) => c.scheme === 'temporary' && c.input.申请.所需金额 === 0 && c.expected.outcome === 'not_eligible');
    assert.deepEqual((await reasonsOf(id)).map((r) => r.rule), ['r_need_none']);
  });
});

const PLAIN = {
  日期: '2024-08-15',
  户: {
    成员: [{
      编号: '1', 与申请人关系: '本人', 性别: '男', 出生日期: '1979-03-02', 户籍: '本市', 就学迁入集体户: false,
      婚姻状况: '未婚', 就业状态: '失业', 收入: [], 残疾: [], 重大疾病: false, 劳动能力: '有', 在读: '无', 单独抚养: false,
      依靠兄弟姐妹或老人扶养: false, 特殊身份: [], 不计入事由: '无',
    }],
    货币财产: 3000, 机动车: [], 住房: [], 工商登记: [], 赡养人家庭: [],
  },
  在享: [],
  申请: {},
};
const changed = (change) => {
  const copy = structuredClone(PLAIN);
  change(copy, copy.户, copy.户.成员[0]);
  return copy;
};

describe('what a list says of a day', () => {
  const person = (change) => changed((input, household, me) => {
    Object.assign(me, { 出生日期: '1950-01-01', 就业状态: '退休', 能力等级: '能力完好', 领取工伤生活护理费: false });
    input.在享 = [{ 待遇: '低保', 对象: '户', 起: '2024-01-01' }];
    change(input, me);
  });
  test('a benefit that begins later is not in payment yet', async () => {
    const input = person(() => {});
    const now = await minzheng(['decide', 'elderly_living', '--input', inputFile(input), '--json']);
    assert.equal(now.json.monthly_fen, 30000);
    const before = await minzheng(['decide', 'elderly_living', '--input', inputFile(input), '--as-of', '2023-12-31', '--json']);
    assert.equal(before.json.outcome, 'not_eligible');
    const first = await minzheng(['decide', 'elderly_living', '--input', inputFile(input), '--as-of', '2024-01-01', '--json']);
    assert.equal(first.json.outcome, 'eligible');
  });
  test('a day in years to come says nothing: what stands in the list is in payment', async () => {
    const input = person((c) => { c.在享[0].起 = '2034-01-01'; });
    const { json } = await minzheng(['decide', 'elderly_living', '--input', inputFile(input), '--json']);
    assert.equal(json.monthly_fen, 30000);
    input.在享[0].起 = '2024-09-30';
    const next = await minzheng(['decide', 'elderly_living', '--input', inputFile(input), '--json']);
    assert.equal(next.json.outcome, 'not_eligible');
  });
  test('what stands in the list and begins in years to come is noted with its place', async () => {
    const { json } = await minzheng(['decide', 'elderly_living', '--input', inputFile(person((c) => { c.在享[0].起 = '2034-01-01'; })), '--json']);
    assert.deepEqual(json.notes.map((n) => [n.code, n.where]), [['decision.note_benefit_later', '在享[0].起']]);
    const death = await minzheng(['decide', 'elderly_living', '--input', inputFile(person((c) => { c.户.成员[0].死亡日期 = '2034-01-01'; })), '--json']);
    assert.ok(death.json.notes.some((n) => n.code === 'decision.note_death_later' && n.where === '户.成员[0].死亡日期'), JSON.stringify(death.json.notes));
    const sound = await minzheng(['decide', 'elderly_living', '--input', inputFile(person(() => {})), '--json']);
    assert.deepEqual(sound.json.notes.filter((n) => n.where.startsWith('在享')), []);
  });
  for (const [field, value] of [['父母状况', []], ['父母状况', ['死亡']], ['父母状况', ['死亡', '死亡', '健在']], ['父母状况期限月数', [0, 7, 9]]]) {
    test(`${field} ${JSON.stringify(value)}: two parents`, async () => {
      const input = person((_, me) => Object.assign(me, { 出生日期: '2014-01-01', 父母状况: ['死亡', '服刑'], [field]: value }));
      const { code, stderr } = await minzheng(['decide', 'children', '--input', inputFile(input)]);
      assert.equal(code, 3);
      assert.match(stderr, new RegExp(`户\\.成员\\[0\\]\\.${field}`));
    });
  }
});

describe('options', () => {
  test('an option without its value is named', async () => {
    for (const line of [['dibao', '--input'], ['dibao', '--input', '--explain', 'zh'], ['dibao', '--as-of', '--input', 'x.json']]) {
      const { code, stderr } = await minzheng(['decide', ...line]);
      assert.equal(code, 2, line.join(' '));
      assert.match(stderr, /选项 --(input|as-of) 后面没有写值/);
    }
  });
  test('a byte-order mark at the start of the file is none of its content', async () => {
    const { code } = await decide(`\ufeff${JSON.stringify(PLAIN)}`);
    assert.equal(code, 0);
  });
  test('--as-of overrides the day', async () => {
    const { json } = await decide(PLAIN, '--as-of', '2023-01-01', '--json');
    assert.equal(json.date, '2023-01-01');
    assert.equal(json.monthly_fen, 132000);
  });
  test('--explain speaks Chinese and English', async () => {
    const zh = await decide(PLAIN, '--explain', 'zh');
    const en = await decide(PLAIN, '--explain', 'en');
    assert.match(zh.stdout, /结论：符合条件[\s\S]*1450\.00[\s\S]*445号 二\(一\)/);
    assert.match(en.stdout, /Conclusion: eligible[\s\S]*1450\.00[\s\S]*below the standard/);
  });
  test('--trace lists the values and the rules that fired', async () => {
    const { json } = await decide(PLAIN, '--trace', '--json');
    assert.ok(json.values.some((v) => v.name === '家庭人数' && v.value === 1));
    assert.ok(json.rules.some((r) => r.rule_id === 'r_household_yes' && r.hit));
  });
  test('figures come with their citation; what is to be confirmed says so', async () => {
    const { json } = await decide(PLAIN, '--as-of', '2025-12-01', '--json');
    const standard = json.parameters.find((p) => p.name === '低保标准');
    assert.equal(standard.confirmed, false);
    assert.ok(standard.citation);
    assert.equal(json.to_confirm, true);
  });
  test('figures are those that the answer read, and what is to be confirmed is among them', async () => {
    const figuresOf = async (scheme, change, ...options) => {
      const input = changed((c, h, m) => {
        Object.assign(m, { 出生日期: '1940-01-01', 就业状态: '退休', 个人稳定性收入: 9000, 能力等级: '能力完好', 领取工伤生活护理费: false });
        c.在享 = [{ 待遇: '低保', 对象: '户' }];
        change(c, m);
      });
      const { json } = await minzheng(['decide', scheme, '--input', inputFile(input), '--json', ...options]);
      return [json.outcome, json.to_confirm, json.parameters.map((p) => p.name).sort()];
    };
    const day = ['--as-of', '2025-12-01']; // the standard of that day is to be confirmed; these benefits do not come from it
    assert.deepEqual(await figuresOf('elderly_living', () => {}, ...day), ['eligible', false, ['养老服务补贴低保', '老年人年龄']]);
    assert.deepEqual(await figuresOf('elderly_living', (c) => { c.在享 = []; }, ...day), ['not_eligible', false, ['老年人年龄']]);
    assert.deepEqual(await figuresOf('elderly_living', () => {}, '--as-of', '2019-09-30'), ['not_eligible', false, []]);
    assert.deepEqual((await figuresOf('disability_living', (c, m) => {
      m.残疾 = [{ 类别: '视力', 等级: 1 }];
      c.在享 = [{ 待遇: '低收入', 对象: '户' }];
      c.申请.选择 = ['困难残疾人生活补贴'];
    }, ...day)).slice(0, 2), ['eligible', true]);
  });
  test('a year whose figures nobody reviewed is undecided, not last year\'s', async () => {
    const { json, code } = await decide(PLAIN, '--as-of', '2031-01-01', '--json');
    assert.equal(code, 1);
    assert.equal(json.outcome, 'undecided');
    assert.ok(json.missing.includes('参数.低保标准'));
    const { stdout } = await decide(PLAIN, '--as-of', '2031-01-01', '--explain', 'zh');
    assert.match(stdout, /2031-01-01 超出了本政策 \d+ 项标准的有效期或复核期限/);
    assert.doesNotMatch(stdout, /参数\.|还缺这些情况/);
  });
});

describe('bad input', () => {
  const bad = [
    ['not JSON', '{"日期": ', 'json.'],
    ['two keys alike', '{"日期":"2024-08-15","日期":"2024-08-16"}', 'json.'],
    ['an empty file', '', 'json.'],
    ['a list', '[]', 'decision.not_object'],
    ['no date', changed((c) => delete c.日期), 'decision.no_date'],
    ['an impossible date', changed((c) => { c.日期 = '2023-02-29'; }), 'date.impossible'],
    ['a day before every policy', changed((c) => { c.日期 = '1990-01-01'; }), 'decision.no_policy'],
    ['an unknown fact', changed((c, h) => { h.存款 = 1; }), 'decision.fact_unknown'],
    ['a misspelt fact', changed((c, h) => { h.货币财产额 = 1; }), 'decision.fact_near'],
    ['an unknown code', changed((c, h, m) => { m.户籍 = '北京'; }), 'decision.fact_code'],
    ['a number as text', changed((c, h) => { h.货币财产 = '3000'; }), 'decision.not_number'],
    ['negative money', changed((c, h) => { h.货币财产 = -3000; }), 'decision.fact_negative'],
    ['a boolean as a word', changed((c, h, m) => { m.重大疾病 = '否'; }), 'decision.not_boolean'],
    ['a list as an object', changed((c, h) => { h.成员 = {}; }), 'decision.not_list'],
    ['no members', changed((c, h) => { h.成员 = []; }), 'decision.no_members'],
    ['a member without a number', changed((c, h, m) => { delete m.编号; }), 'decision.member_number'],
    ['a number twice', changed((c, h, m) => { h.成员.push({ ...m, 与申请人关系: '子女' }); }), 'decision.member_twice'],
    ['two applicants', changed((c, h, m) => { h.成员.push({ ...m, 编号: '2' }); }), 'decision.applicants'],
    ['no applicant', changed((c, h, m) => { m.与申请人关系 = '子女'; }), 'decision.no_applicant'],
    ['a tenth of a fen', changed((c, h) => { h.货币财产 = 3000.001; }), 'decision.fact_fen'],
    ['not born yet', changed((c, h, m) => { m.出生日期 = '2024-08-16'; }), 'decision.born_later'],
    ['a hundred and seventy years old', changed((c, h, m) => { m.出生日期 = '1854-01-01'; }), 'decision.age'],
    ['grade 5', changed((c, h, m) => { m.残疾 = [{ 类别: '视力', 等级: 5 }]; }), 'decision.fact_range'],
    ['a benefit of nobody', changed((c) => { c.在享 = [{ 待遇: '低保', 对象: '9' }]; }), 'decision.subject_unknown'],
    ['two grades of one disability', changed((c, h, m) => { m.残疾 = [{ 类别: '视力', 等级: 1 }, { 类别: '视力', 等级: 2 }]; }), 'decision.two_grades'],
    ['a number that differs by a space', changed((c, h, m) => { h.成员.push({ ...m, 编号: '1 ', 与申请人关系: '子女' }); }), 'decision.member_twice'],
    ['a job reported tomorrow', changed((c, h, m) => { m.就业申报日期 = '2024-08-16'; }), 'decision.reported_later'],
    ['a choice of no benefit', changed((c) => { c.申请.选择 = ['补贴']; }), 'decision.fact_code'],
    ['a household of supporters without anybody', changed((c, h) => { h.赡养人家庭 = [{ 人数: 0 }]; }), 'decision.fact_none'],
    ['a supporter who supports no household', changed((c, h) => { h.赡养人家庭 = [{ 人数: 2, 应赡养家庭数: 0 }]; }), 'decision.fact_none'],
    ['a figure beyond reason', changed((c, h) => { h.货币财产 = 1e13; }), 'decision.fact_amount'],
  ];
  for (const [what, value, wanted] of bad) {
    test(what, async () => {
      const { code, json, stderr } = await decide(value, '--json');
      assert.equal(code, 3, stderr);
      assert.ok(json.problem.code.startsWith(wanted), json.problem.code);
      assert.ok(json.problem.detail.length > 0);
      assert.doesNotMatch(json.problem.detail, /^decision\./);
    });
  }
  test('a scheme that does not exist', async () => {
    const { code, stderr } = await minzheng(['decide', 'tibao', '--input', inputFile(PLAIN)]);
    assert.equal(code, 3);
    assert.match(stderr, /tibao/);
  });
  test('a file that does not exist', async () => {
    const { code } = await minzheng(['decide', 'dibao', '--input', join(folder, 'none.json')]);
    assert.equal(code, 3);
  });
  for (const [what, args] of [
    ['no scheme', ['decide', '--input', 'x.json']],
    ['no input', ['decide', 'dibao']],
    ['an unknown option', ['decide', 'dibao', '--input', 'x.json', '--loud']],
    ['an unknown language', ['decide', 'dibao', '--input', 'x.json', '--explain', 'fr']],
    ['a bad --as-of', ['decide', 'dibao', '--input', 'x.json', '--as-of', 'today']],
  ]) {
    test(what, async () => assert.equal((await minzheng(args)).code, 2));
  }
});

describe('whom a benefit of a person is about', () => {
  const two = (change) => {
    const input = changed((c, household, me) => {
      Object.assign(me, { 出生日期: '1930-01-01', 就业状态: '退休' });
      household.成员.push({ ...structuredClone(me), 编号: '2', 与申请人关系: '配偶', 性别: '女', 出生日期: '1950-01-01' });
      c.申请 = {};
    });
    change(input);
    return input;
  };
  const decided = async (scheme, input) => (await minzheng(['decide', scheme, '--input', inputFile(input), '--json'])).json;
  test('where one of several could receive it, whom is asked for', async () => {
    for (const application of [{}, { 对象: null }]) {
      const json = await decided('elderly_age', two((c) => { c.申请 = application; }));
      assert.deepEqual([json.outcome, json.missing.includes('申请.对象')], ['undecided', true]);
    }
    assert.equal((await decided('elderly_age', two((c) => { c.申请 = { 对象: '1' }; }))).outcome, 'eligible');
    assert.equal((await decided('elderly_age', two((c) => { c.申请 = { 对象: '2' }; }))).outcome, 'not_eligible');
  });
  test('where nobody could, it is refused all the same', async () => {
    const json = await decided('elderly_age', two((c) => { c.户.成员[0].出生日期 = '1960-01-01'; }));
    assert.deepEqual([json.outcome, json.missing], ['not_eligible', []]);
  });
  test('the only member is meant', async () => {
    const json = await decided('elderly_age', two((c) => { c.户.成员.pop(); }));
    assert.equal(json.outcome, 'eligible');
    assert.deepEqual(json.notes, []);
  });
  test('destitute people apply for themselves: the applicant is meant, and it is noted', async () => {
    const json = await decided('tekun', two(() => {}));
    assert.deepEqual(json.notes.map((n) => [n.code, n.where]), [['decision.note_subject', '申请.对象']]);
  });
});

describe('documents and days', () => {
  const articles = async (scheme, input) => (await minzheng(['decide', scheme, '--input', inputFile(input), '--json'])).json;
  test('a document that was not in force yet is cited with a note', async () => {
    const input = changed((c) => { c.日期 = '2017-05-01'; });
    const old = await articles('dibao', input);
    assert.ok(old.reasons.some((r) => r.article.startsWith('445号')));
    assert.deepEqual(old.notes.map((n) => [n.code, n.where]), [['decision.note_before', '日期']]);
    assert.match(old.notes[0].zh, /445号自 2019-01-01 起施行/);
    const text = await minzheng(['decide', 'dibao', '--input', inputFile(input), '--explain', 'en']);
    assert.match(text.stdout, /Please note: 445号 is in force from 2019-01-01/);
    assert.deepEqual((await articles('dibao', changed((c) => { c.日期 = '2024-05-01'; }))).notes, []);
  });
  test('beside one in force, a later one is not cited', async () => {
    const child = (day, born) => changed((c, household, me) => {
      c.日期 = day;
      Object.assign(me, { 出生日期: born, 就业状态: '学生', 在读: '义务教育', 儿童类别: '孤儿', 父母状况: ['死亡', '死亡'], 居住方式: '家庭' });
      c.申请 = { 对象: '1' };
    });
    const then = await articles('children', child('2017-05-01', '2007-01-10')), now = await articles('children', child('2026-05-01', '2016-01-10'));
    assert.equal(then.outcome, 'eligible');
    assert.ok(!then.reasons.some((r) => /2026〕2号|36号/.test(r.article)), JSON.stringify(then.reasons));
    assert.ok(then.reasons.some((r) => r.article.includes('228号 五(一)')));
    assert.ok(now.reasons.some((r) => r.article.includes('京民发〔2026〕2号')));
  });
});

test('an examination says in words why not, and what is missing', async () => {
  const { stdout } = await minzheng(['decide', '--all', '--input', inputFile(changed(() => {})), '--explain', 'en']);
  assert.match(stdout, /Not eligible: [^\n]*\n    [A-Z]/);
  assert.doesNotMatch(stdout, /成员\./);
});
