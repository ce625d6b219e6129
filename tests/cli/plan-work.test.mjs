// Tasks of a plan and siting by command: each once well, and with bad input.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';
import { NOW, demoStore } from '../support/demo.mjs';

const folder = temporaryFolder();
const PLAN = 'xicheng-14';
const TASK = { division: '110102001', owner: 'clerk', title: '修建驿站', measures: '选址、改造、验收', from: '2026-01-01', due: '2026-12-31',
  milestones: [{ title: '选址', due: '2026-06-30' }, { title: '验收', due: '2026-12-20' }] };
let env, files = 0;
before(async () => (env = { MINZHENG_NOW: NOW, MINZHENG_DB: (await demoStore()).db }));

const file = (value, ending = 'json') => {
  const path = join(folder, `${++files}.${ending}`);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
};
const plan = (...args) => minzheng(['plan', ...args, '--json'], { env });
const good = async (...args) => {
  const r = await plan(...args);
  assert.equal(r.code, 0, `${args.join(' ')}\n${r.stdout}${r.stderr}`);
  return r.json;
};
// Refused, with the code of the reason, in one line for a person.
async function bad(code, ...args) {
  const r = await plan(...args);
  assert.notEqual(r.code, 0, args.join(' '));
  assert.equal(r.json?.problem?.code, code, `${args.join(' ')}\n${r.stdout}${r.stderr}`);
  assert.match(r.stderr, /^minzheng: .+\n$/);
  return r;
}
const taskOf = async (id) => (await good('work', '--plan', PLAN)).tasks.find((k) => k.id === id);

test('work: tasks with lights; a year takes what falls in it', async () => {
  const all = await good('work', '--plan', PLAN), year = await good('work', '--plan', PLAN, '--year', '2023', '--as-of', '2024-03-01');
  assert.ok(all.tasks.length > 0 && all.units.length > 0 && all.sources.length > 0);
  assert.deepEqual([year.year, year.as_of], [2023, '2024-03-01']);
  assert.ok(year.tasks.length > 0 && year.tasks.every((k) => k.milestones.some((m) => m.due.startsWith('2023')) || all.tasks.some((c) => c.parent === k.id)));
  const printed = await minzhengOk(['plan', 'work', '--plan', PLAN], { env });
  assert.ok(printed.stdout.includes(`${all.tasks[0].id} ${all.tasks[0].title} | `));
  await bad('plan.needed', 'work');
  await bad('plan.none', 'work', '--plan', 'paris');
  for (const year of ['2024x', '1948', '2101', '', '99999999999999999999']) await bad('cli.number', 'work', '--plan', PLAN, '--year', year);
  for (const day of ['2024-02-30', '2024', '', 'today']) assert.match((await plan('work', '--plan', PLAN, '--as-of', day)).stderr, /--as-of/);
  await bad('cli.arguments', 'work', 'more', '--plan', PLAN);
});

test('task, reach, adjust, decide: made by one, changed by two', async () => {
  const { id } = await good('task', file(TASK), '--plan', PLAN, '--as', 'policy');
  const made = await taskOf(id);
  assert.deepEqual([made.title, made.done, made.all, made.version], [TASK.title, 0, 2, 1]);

  const at = ['reach', made.milestones[0].id, '--as', 'policy', '--evidence', '会议纪要'];
  for (const day of ['2026-06-31', '31.6.2026', '']) assert.match((await plan(...at, '--on', day)).stderr, /--on/);
  for (const day of ['2025-12-31', '2026-11-25']) await bad('plan.task.day', ...at, '--on', day);
  await bad('plan.task.file', ...at, '--on', '2026-06-20', '--file', '7');
  await good(...at, '--on', '2026-06-20');
  await bad('plan.task.done', ...at, '--on', '2026-06-20');
  await bad('plan.reach_needed', 'reach', made.milestones[1].id, '--as', 'policy');
  await bad('plan.as', 'reach', made.milestones[1].id, '--on', '2026-06-20', '--evidence', '会议纪要');
  await bad('plan.milestone.none', 'reach', '999', '--on', '2026-06-20', '--evidence', '会议纪要', '--as', 'policy');
  for (const text of ['0', 'one', '', '99999999999999999999']) await bad('plan.id', 'reach', text, '--on', '2026-06-20', '--evidence', '会议纪要', '--as', 'policy');

  const ask = (version, change, task = id, who = 'leader') => ['adjust', task, '--version', version, '--change', change, '--reason', '供地推迟', '--as', who];
  for (const version of ['0', '-1', 'x', '']) await bad('cli.number', ...ask(version, '{"due":"2027-03-31"}'));
  await bad('plan.task.version', ...ask('9', '{"due":"2027-03-31"}'));
  await bad('plan.task.none', ...ask('1', '{"due":"2027-03-31"}', '999'));
  await bad('plan.adjust.empty', ...ask('1', '{}'));
  await bad('plan.adjust.empty', ...ask('1', '[1]'));
  await bad('plan.adjust.field', ...ask('1', '{"light":"green"}'));
  await bad('plan.task.days', ...ask('1', '{"due":"2025-12-31"}'));
  await bad('plan.task.holds', ...ask('1', '{"due":"2026-12-01"}'));
  await bad('account.unknown', ...ask('1', '{"owner":"nobody"}'));
  assert.match((await plan(...ask('1', '{"due":'))).stderr, /--change/);
  await bad('plan.adjust_needed', 'adjust', id, '--version', '1', '--as', 'leader');
  const { id: asked } = await good(...ask('1', '{"due":"2027-03-31"}'));
  await bad('plan.adjust.waiting', ...ask('1', '{"title":"另定的名称"}'));

  const decide = (what, who, ...more) => ['decide', what, ...more, '--note', '同意', '--as', who];
  await bad('plan.adjust.same', ...decide(asked, 'leader', '--approve'));
  await bad('plan.task.role', ...decide(asked, 'policy', '--approve'));
  await bad('plan.decide_needed', ...decide(asked, 'leader', '--approve', '--refuse'));
  await bad('plan.decide_needed', ...decide(asked, 'leader'));
  await bad('plan.adjust.none', ...decide('999', 'leader', '--approve'));
  await bad('plan.id', ...decide('x', 'leader', '--approve'));
  assert.equal((await taskOf(id)).due, TASK.due, 'nothing was decided yet');

  const { id: other } = await good('task', file({ ...TASK, title: '另一项' }), '--plan', PLAN, '--as', 'policy');
  const { id: second } = await good(...ask('1', '{"due":"2027-03-31"}', other, 'policy'));
  await good(...decide(second, 'leader', '--approve'));
  assert.deepEqual(await taskOf(other).then((k) => [k.due, k.version]), ['2027-03-31', 2]);
  await bad('plan.adjust.decided', ...decide(second, 'leader', '--refuse'));
});

test('task: what is wrong is told with its place; those of a file before it are made', async () => {
  const add = (value) => ['task', file(value), '--plan', PLAN, '--as', 'policy'];
  const wrong = [['plan.task.text', { title: '' }], ['plan.task.text', { measures: '长'.repeat(2001) }], ['plan.task.division', { division: '999999' }],
    ['plan.task.division', { division: '110115' }], ['account.unknown', { owner: 'nobody' }], ['plan.task.days', { due: '2025-12-31', milestones: [] }], ['plan.task.none', { parent: '999' }],
    ['plan.task.none', { parent: 'x' }], ['plan.task.source', { source: 'beijing-14.s001' }], ['plan.key', { indicators: 'no.such' }],
    ['plan.task.milestone_day', { milestones: [{ title: '早', due: '2025-01-01' }] }], ['plan.task.milestones', { milestones: 7 }],
    ['plan.task.milestones', { milestones: Array(41).fill(TASK.milestones[0]) }]];
  for (const [code, change] of wrong) await bad(code, ...add({ ...TASK, ...change }));
  for (const change of [{ from: '2026-13-01' }, { due: 20261231 }, { milestones: [3] }]) assert.match((await plan(...add({ ...TASK, ...change }))).stderr, /from|due|milestones/);
  for (const whole of ['', '{', '7', '[7]', 'null']) assert.equal((await plan(...add(whole))).code, 3, whole);
  await bad('plan.none', 'task', file(TASK), '--plan', 'paris', '--as', 'policy');
  await bad('plan.as', 'task', file(TASK), '--plan', PLAN);
  await bad('plan.task.role', 'task', file(TASK), '--plan', PLAN, '--as', 'cashier');
  assert.equal((await plan('task', join(folder, 'none.json'), '--plan', PLAN, '--as', 'policy')).code, 3);
  const before = (await good('work', '--plan', PLAN)).tasks.length;
  const r = await plan(...add([TASK, { ...TASK, title: '' }, TASK]));
  assert.match(r.stderr, /\[1\]\.title/);
  assert.equal((await good('work', '--plan', PLAN)).tasks.length, before + 1);
  assert.equal((await good(...add([])), (await good('work', '--plan', PLAN)).tasks.length), before + 1);
});

test('siting: more places reach more, and the bound holds', async () => {
  const none = await good('siting', '--add', '0'), three = await good('siting', '--add', '3', '--capacity', '40');
  assert.deepEqual([none.sites.length, none.served, none.served_after], [0, three.served, none.served]);
  assert.ok(none.people > 0 && none.facilities.length > 0);
  assert.ok(three.sites.length <= 3 && three.sites.every((s) => s.capacity === 40 && s.load <= 40));
  assert.equal(three.served_after - three.served, three.sites.length * 40, 'there is room for them in a dense district');
  assert.ok(three.best && three.bound === three.served_after);
  const printed = await minzhengOk(['plan', 'siting', '--add', '1'], { env });
  assert.match(printed.stdout, /1000 米/);
  for (const n of ['-1', '51', 'three', '', '1.5', '99999999999999999999']) await bad('cli.number', 'siting', '--add', n);
  for (const n of ['0', '-5', '100001', 'near']) await bad('cli.number', 'siting', '--radius', n);
  for (const n of ['-1', '1000001']) await bad('cli.number', 'siting', '--capacity', n);
  await bad('circle.kind', 'siting', '--kind', 'nursery');
  await bad('circle.group', 'siting', '--group', 'cats');
});

test('siting: no facility, one without coordinates, one with', async () => {
  const small = { MINZHENG_NOW: NOW, MINZHENG_DB: join(folder, 'small.db') };
  const siting = async (...more) => {
    const r = await minzheng(['plan', 'siting', '--json', ...more], { env: small });
    assert.equal(r.code, 0, r.stderr);
    return r.json;
  };
  await minzhengOk(['init', '--district', '110102'], { env: small });
  const nothing = await siting('--add', '5');
  assert.deepEqual([nothing.communities, nothing.facilities, nothing.sites, nothing.people, nothing.without_point], [[], [], [], 0, 263]);
  assert.equal((await minzheng(['plan', 'siting', '--add', '5'], { env: small })).code, 0);
  await minzhengOk(['import', 'facility', file('设施名称,类别,街道,状态\n一号驿站,驿站,广安门内街道,运营\n', 'csv')], { env: small });
  assert.deepEqual(await siting('--add', '5'), nothing, 'it lies nowhere');
  await minzhengOk(['import', 'facility', file('设施名称,类别,街道,状态,经度,纬度,容量\n二号驿站,驿站,广安门内街道,运营,116.36,39.89,30\n', 'csv')], { env: small });
  const one = await siting('--add', '5');
  assert.deepEqual(one.facilities.map((f) => [f.name, f.capacity, f.load]), [['二号驿站', 30, 0]]);
});
