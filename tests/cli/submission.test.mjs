// Files that are reported above and to other departments: what goes, what comes back, what goes again, and their own list beside ours.
// The other side is played here.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const BASIS = '市民政局关于救助信息报送的通知〔2026〕8号';
let db, folder, server;
const at = (now) => (args) => minzheng(args, { env: { MINZHENG_DB: db, MINZHENG_NOW: now } });
const on = at(NOW);
const sql = (text) => JSON.parse(execFileSync('python3', ['-c', 'import sqlite3,sys,json\nc=sqlite3.connect(sys.argv[1])\nr=c.execute(sys.argv[2]).fetchall()\nc.commit()\nprint(json.dumps(r))', db, text], { encoding: 'utf8' }));
const done = async (args, run = on) => { const r = await run(args); assert.equal(r.code, 0, `${args.join(' ')}: ${r.stderr}`); return r.json; };
const refused = async (args, say) => { const r = await on(args); assert.notEqual(r.code, 0, args.join(' ')); assert.match(r.stderr, say); };
const parse = (text) => text.replace(/^\ufeff/, '').trim().split('\r\n').map((line) => line.split(','));
const make = async (target = 'city_assistance', more = [], run = on) => {
  const to = join(folder, `out-${Math.random().toString(16).slice(2)}.csv`);
  const r = await run(['submission', 'make', target, '--basis', BASIS, '--to', to, '--as', 'district', ...more]);
  assert.equal(r.code, 0, r.stderr);
  const text = readFileSync(to, 'utf8');
  const lines = parse(text);
  return { ...JSON.parse(r.stdout).submission, text, path: to, head: lines[0], headings: lines[1], rows: lines.slice(2, -1), end: lines.at(-1) };
};
const receipt = (sent, rows, { number = sent.number, sm3 = sent.sm3, version = '1.0', total = rows.length, target = 'city_assistance', format = sent.head[1] } = {}) =>
  `回执,${format},${version},${target},${number},${sm3},2026-11-25\n业务编号,处理结果,原因代码,原因说明,${target === 'city_assistance' ? '上级编号' : '参保编号'}\n${rows.map((r) => r.join(',')).join('\n')}\n合计,${total}\n`;
let n = 0;
const put = (text) => { const path = join(folder, `in-${n++}.csv`); writeFileSync(path, text); return path; };
const receive = (text, target = 'city_assistance', run = on) => done(['submission', 'receive', target, '--from', put(text), '--as', 'district'], run);

before(async () => { ({ db, folder } = await demoStore()); server = await startServer({ db, env: { MINZHENG_NOW: NOW } }); });
after(() => server?.stop());

test('what is refused leaves nothing', async () => {
  for (const args of [[], ['list'], ['make', '--as', 'district'], ['make', 'city_assistance', '--as', 'district'], ['receive', 'city_assistance', '--as', 'district'], ['list', '--to', 'x', '--as', 'district']])
    assert.equal((await on(['submission', ...args])).code, 2, args.join(' '));
  await refused(['submission', 'make', 'nowhere', '--basis', BASIS, '--as', 'district'], /没有这个报送对象/);
  await refused(['submission', 'make', 'city_assistance', '--basis', '无', '--as', 'district'], /依据/);
  await refused(['submission', 'make', 'city_assistance', '--basis', BASIS, '--as', 'clerk'], /区级经办/);
  await refused(['submission', 'make', 'city_assistance', '--basis', BASIS, '--again', '77', '--as', 'district'], /没有这份报送文件/);
  await refused(['submission', 'file', '77', '--to', join(folder, 'x'), '--as', 'district'], /没有这份报送文件/);
  assert.deepEqual((await done(['submission', 'list', '--as', 'auditor'])).items, []);
});

let first;
test('a file upward: declared columns, number, sum, hash; each person has an entry; nothing goes twice', async () => {
  first = await make();
  assert.deepEqual(first.head, ['报送', 'JZDA', '1.0', 'city_assistance', '110102', '1', '2026-11-24', '变动', String(first.rows.length)]);
  assert.deepEqual(first.headings, ['序号', '业务编号', '救助类别', '姓名', '公民身份号码', '区划代码', '起始月份', '月救助金额', '状态', '档案号', '决定日期']);
  assert.ok(first.rows.length > 3);
  const expected = sql("SELECT count(*) FROM entitlement e JOIN case_file k ON k.id = e.case_id WHERE e.scheme IN ('dibao','low_income','tekun') AND e.state <> 'ended' AND k.compartment IS NULL");
  assert.equal(first.rows.length, expected[0][0]);
  assert.ok(first.rows.every((r, i) => r[0] === String(i + 1) && /^MZ\d+$/.test(r[1]) && /^0[123]$/.test(r[2]) && /^\d{17}[\dX]$/.test(r[4]) && /^\d+\.\d\d$/.test(r[7]) && /^[123]$/.test(r[8])));
  const fen = first.rows.reduce((sum, r) => sum + Math.round(Number(r[7]) * 100), 0);
  assert.deepEqual(first.end.slice(0, 4), ['合计', String(first.rows.length), (fen / 100).toFixed(2), 'SM3']);
  assert.equal(first.total_fen, fen);
  const bytes = readFileSync(first.path);
  assert.equal(createHash('sm3').update(bytes.subarray(0, bytes.lastIndexOf('合计'))).digest('hex'), first.end[4]);
  assert.equal(first.sm3, first.end[4]);
  assert.equal(statSync(first.path).mode & 0o77, 0, 'for its owner alone');
  assert.ok(!readFileSync(db).includes(first.rows[0][4]), 'nowhere in the open');
  const [[people]] = sql(`SELECT count(DISTINCT person) FROM exchange_submission_row WHERE submission = ${first.id}`);
  const [[seen]] = sql("SELECT count(DISTINCT s.person) FROM access_subject s JOIN access_entry e ON e.id = s.access_id WHERE e.purpose = 'exchange' AND e.office = 'city_assistance'");
  assert.ok(seen >= people && people > 0);
  await refused(['submission', 'make', 'city_assistance', '--basis', BASIS, '--as', 'district'], /没有要报送的/);
});

test('an acknowledgement: accepted, refused with its reason, forgotten, not ours, contradicting; a file is read once', async () => {
  const [a, b, c, ...rest] = first.rows.map((r) => r[1]);
  const text = receipt(first, [[a, '成功', '', '', 'SJ001'], [b, '退回', 'E12', '身份号码与人口库不符', ''], ['MZ1', '成功', '', '', ''], ...rest.map((one) => [one, '成功', '', '', ''])]);
  const one = await receive(text);
  assert.equal(one.state, 'taken');
  assert.deepEqual(one.figures, { rows: first.rows.length, accepted: rest.length + 1, rejected: 1, same: 0, contradicting: 0, extra: 1, missing: 1 });
  const left = await done(['submission', 'rows', first.id, '--as', 'auditor']);
  assert.deepEqual(left.items.map((x) => [x.number, x.state, x.code, x.reason]), [[b, 'rejected', 'E12', '身份号码与人口库不符'], [c, 'missing', null, null]]);
  assert.equal(left.submission.state, 'partly');
  assert.equal((await receive(text)).state, 'duplicate');
  const against = await receive(receipt(first, [[a, '退回', 'E1', '重复', '']]));
  assert.deepEqual([against.figures.contradicting, against.figures.rejected], [1, 0]);
  assert.equal(sql(`SELECT state FROM exchange_submission_row WHERE number = '${a}'`)[0][0], 'accepted', 'what they said first stands');
});

test('of an unknown file, of another file, late', async () => {
  assert.equal((await receive(receipt(first, [], { number: 99 }))).state, 'unknown');
  assert.equal((await receive(receipt(first, [[first.rows[0][1], '成功', '', '', '']], { sm3: 'f'.repeat(64) }))).state, 'other');
});

test('hostile and broken files: not one row is taken', async () => {
  const good = [[first.rows[2][1], '成功', '', '', '']];
  const before = sql('SELECT count(*) FROM exchange_return')[0][0];
  for (const [what, text, say] of [
    ['nothing', '', /./], ['no receipt', '甲,乙\n1,2\n', /第一行/], ['another version', receipt(first, good, { version: '2.0' }), /version/], ['another target', receipt(first, good, { target: 'medical_identity' }), /target/],
    ['another format', receipt(first, good, { format: 'X' }), /format/], ['no number', receipt(first, good, { number: 'x' }), /number/], ['negative', receipt(first, good, { number: -1 }), /number/],
    ['a huge number', receipt(first, good, { number: '9'.repeat(30) }), /number/], ['short hash', receipt(first, good, { sm3: 'ab' }), /SM3/],
    ['cut off', receipt(first, good).replace(/合计.*\n/, ''), /合计/], ['a row less', receipt(first, good, { total: 2 }), /合计/], ['more behind the end', `${receipt(first, good)}MZ5,成功,,,\n`, /合计/],
    ['one row, two words', receipt(first, [...good, [good[0][0], '退回', 'E', '不对', '']]), /业务编号/], ['another word', receipt(first, [[good[0][0], '也许', '', '', '']]), /处理结果/],
    ['refused without a reason', receipt(first, [[good[0][0], '退回', '', '', '']]), /原因/], ['no column', receipt(first, good).replace('处理结果', '结果'), /处理结果/],
    ['hidden', receipt(first, [[good[0][0], '退回', 'E', '不\u202e对', '']]), /原因说明/], ['long', receipt(first, [[good[0][0], '退回', 'E', '长'.repeat(201), '']]), /原因说明/],
    ['an open quote', receipt(first, [[`"${good[0][0]}`, '成功', '', '', '']]), /./], ['too many', receipt(first, Array.from({ length: 4001 }, (_, i) => [`MZ${i}`, '成功', '', '', ''])), /4000/],
    ['a book that is none', 'PK\u0003\u0004 x', /./],
  ]) {
    const r = await on(['submission', 'receive', 'city_assistance', '--from', put(text), '--as', 'district']);
    assert.notEqual(r.code, 0, what);
    assert.match(r.stderr, say, what);
  }
  assert.equal(sql('SELECT count(*) FROM exchange_return')[0][0], before);
});

test('what was refused and forgotten goes again, and only that', async () => {
  await refused(['submission', 'make', 'city_assistance', '--basis', BASIS, '--as', 'district'], /没有要报送的/);
  const again = await make('city_assistance', ['--again', first.id]);
  assert.deepEqual([again.number, again.again, again.head[7]], [2, first.id, '重报']);
  assert.deepEqual(again.rows.map((r) => r[1]), [first.rows[1][1], first.rows[2][1]]);
  await refused(['submission', 'make', 'city_assistance', '--basis', BASIS, '--again', first.id, '--as', 'district'], /没有要报送的/);
  const late = at('2026-12-24T09:30:00+08:00');
  assert.equal((await done(['submission', 'list', '--as', 'leader'], late)).items[0].state, 'late');
  const answer = await receive(receipt(again, again.rows.map((r) => [r[1], '成功', '', '', ''])), 'city_assistance', late);
  assert.deepEqual([answer.state, answer.late, answer.figures.missing], ['taken', true, 0]);
});

test('a benefit that changed goes again; one that ended is told as ended; one in a compartment never', async () => {
  const [x, y, z] = first.rows.map((r) => r[1].slice(2));
  sql(`UPDATE entitlement SET monthly_fen = monthly_fen + 100 WHERE id = ${x}`);
  sql(`UPDATE entitlement SET state = 'ended' WHERE id = ${y}`);
  sql(`UPDATE entitlement SET monthly_fen = monthly_fen + 100 WHERE id = ${z}`);
  sql(`UPDATE case_file SET compartment = 'children' WHERE id = (SELECT case_id FROM entitlement WHERE id = ${z})`);
  const more = await make();
  assert.deepEqual(more.rows.map((r) => [r[1], r[8]]).sort(), [[`MZ${x}`, first.rows[0][8]], [`MZ${y}`, '3']].sort());
  assert.equal(more.rows.find((r) => r[1] === `MZ${y}`)[7], '0.00');
  await receive(receipt(more, more.rows.map((r) => [r[1], '成功', '', '', ''])));
});

test('their own list beside ours: only here, only there, different, to the fen', async () => {
  const [, gone, hidden, third, fourth, ...others] = first.rows;
  const changed = sql(`SELECT monthly_fen FROM entitlement WHERE id = ${first.rows[0][1].slice(2)}`)[0][0];
  const line = (r) => r.slice(1).join(',');
  const mine = [...first.rows[0]];
  mine[7] = (changed / 100).toFixed(2);
  const theirs = ['名单,导出', '业务编号,救助类别,姓名,公民身份号码,区划代码,起始月份,月救助金额,状态,档案号,决定日期', line(mine).replace(/\.00,/, ','),
    line([...fourth.slice(0, 7), (Number(fourth[7]) + 0.01).toFixed(2), ...fourth.slice(8)]), ...others.map(line).map((text, i) => (i ? text : text.replace(/^MZ\d+/, ''))),
    'MZ99,01,赵某某,110102199001011234,110102001001,2026-01,10.00,1,X,2026-01-01'];
  const r = await done(['submission', 'compare', 'city_assistance', '--from', put(`${theirs.join('\n')}\n合计,1\n`), '--as', 'district']);
  assert.deepEqual([r.there, r.same, r.only_here, r.only_there, r.different], [theirs.length - 2, others.length + 1, 1, 1, 1], JSON.stringify(r.items));
  const by = (kind) => r.items.find((one) => one.kind === kind);
  assert.equal(by('here').number, third[1]);
  assert.equal(by('there').number, 'MZ99');
  assert.deepEqual(by('differs').fields, [{ heading: '月救助金额', here: fourth[7], there: (Number(fourth[7]) + 0.01).toFixed(2) }]);
  assert.ok(!JSON.stringify(r).includes(third[4]) && !JSON.stringify(r).includes('110102199001011234'), 'numbers are masked');
  assert.ok(![gone, hidden].some((one) => JSON.stringify(r).includes(one[1])), 'ended on both sides; in a compartment');
  await refused(['submission', 'compare', 'city_assistance', '--from', put('甲,乙\n1,2\n'), '--as', 'district'], /公民身份号码/);
  await refused(['submission', 'compare', 'city_assistance', '--from', put('业务编号,公民身份号码\nMZ1,\n'), '--as', 'district'], /第 2 行/);
});

test('the bureau\'s own books of a month, with its own headings, beside ours to the fen', async () => {
  const fourth = first.rows[3];
  const book = `某街道低保发放表\n编号,人员,身份证号,金额\n1,${fourth[3]},${fourth[4].toLowerCase()},${(Number(fourth[7]) - 0.01).toFixed(2)}\n`;
  const map = '身份证号=公民身份号码,金额=月救助金额,人员=姓名';
  const r = await done(['submission', 'compare', 'city_assistance', '--from', put(book), '--map', map, '--as', 'district']);
  assert.deepEqual([r.there, r.only_there, r.different], [1, 0, 1]);
  assert.deepEqual(r.items.find((one) => one.kind === 'differs').fields, [{ heading: '月救助金额', here: fourth[7], there: (Number(fourth[7]) - 0.01).toFixed(2) }]);
  for (const bad of ['身份证号=没有这一列', '身份证号', '=公民身份号码', ','])
    await refused(['submission', 'compare', 'city_assistance', '--from', put(book), '--map', bad, '--as', 'district'], /列名对应/);
});

test('an identity list: every person of the household, only the needed columns; the department answers, too', async () => {
  const list = await make('medical_identity');
  assert.deepEqual(list.headings, ['序号', '业务编号', '身份类别', '姓名', '公民身份号码', '认定月份', '状态']);
  assert.ok(list.rows.length >= first.rows.length - 2 && list.rows.every((r) => /^MZ\d+P\d+$/.test(r[1])));
  const answer = await receive(receipt(list, list.rows.map((r, i) => [r[1], i ? '成功' : '退回', i ? '' : 'Y01', i ? '' : '已参加职工医保', i ? `CB${i}` : '']), { target: 'medical_identity' }), 'medical_identity');
  assert.deepEqual([answer.state, answer.figures.accepted, answer.figures.rejected], ['taken', list.rows.length - 1, 1]);
  assert.equal(sql(`SELECT theirs FROM exchange_submission_row WHERE submission = ${list.id} AND line = 2`)[0][0], 'CB1');
});

test('over the API: who may, what it shows', async () => {
  const clerk = await signIn(server.url, 'district'), auditor = await signIn(server.url, 'auditor');
  const all = await must(clerk.get('/api/submissions'));
  assert.deepEqual(all.targets.map((one) => one.id), ['city_assistance', 'medical_identity', 'housing_identity']);
  assert.ok(all.may_send && all.items.length >= 4 && all.returns.length >= 5);
  assert.equal((await auditor.post('/api/submissions', { target: 'housing_identity', basis: BASIS })).status, 403);
  assert.equal((await auditor.post(`/api/submissions/${first.id}/file`)).status, 403);
  const made = await must(clerk.post('/api/submissions', { target: 'housing_identity', basis: BASIS }), 201);
  assert.equal((await clerk.post('/api/submissions', { target: 'housing_identity', basis: BASIS })).body.code, 'exchange.submission_nothing');
  const file = await clerk.post(`/api/submissions/${made.id}/file`);
  assert.equal(file.status, 200);
  assert.match(file.text, /^\ufeff?报送,SFMD-ZF,1\.0,housing_identity/);
  const rows = await must(auditor.get(`/api/submissions/${made.id}`));
  assert.equal(rows.submission.state, 'waiting');
  assert.ok(rows.items.every((one) => one.state === 'waiting' && !/\d{17}[\dX]/.test(one.number.replace(/^MZ\d+P\d+$/, ''))));
  const sent = { ...rows.submission, head: ['报送', 'SFMD-ZF'] };
  const text = receipt(sent, [[rows.items[0].number, '成功', '', '', '']], { target: 'housing_identity' }).replace('参保编号', '住房救助编号');
  const answer = await must(clerk.post('/api/submissions/receipts?target=housing_identity&name=a.csv', Buffer.from(text)));
  assert.deepEqual([answer.state, answer.figures.accepted, answer.number], ['taken', 1, 1]);
  const differences = await must(clerk.post('/api/submissions/differences?target=housing_identity&name=b.csv', Buffer.from(file.text.split('\r\n').slice(1).join('\n'))));
  assert.deepEqual([differences.only_here, differences.only_there, differences.different], [0, 0, 0]);
});

test('all of it is under evidence', { timeout: 120_000 }, async () => {
  const good = await on(['log', 'verify', '--lang', 'en']);
  // Three benefits and a case were changed behind the program's back above; of what was reported, nothing.
  assert.doesNotMatch(good.stdout + good.stderr, /[Rr]eported file|came back of a report/);
  sql(`UPDATE exchange_submission_row SET state = 'accepted', code = NULL WHERE submission = ${first.id} AND state = 'rejected'`);
  const bad = await on(['log', 'verify', '--lang', 'en']);
  assert.match(bad.stdout + bad.stderr, /Rows of a reported file/);
});

// Last: it plays with rows behind the evidence's back.
test('a household with somebody under an order is in no list of people, a party of the case or not', async () => {
  sql('DELETE FROM exchange_submission_row WHERE submission IN (SELECT id FROM exchange_submission WHERE target = \'housing_identity\')'); // as if nobody had been told yet
  const everybody = await make('housing_identity');
  const entitlement = /^MZ(\d+)P/.exec(everybody.rows.at(-1)[1])[1];
  const [[household]] = sql(`SELECT CAST(household AS TEXT) FROM entitlement WHERE id = ${entitlement}`);
  sql('DELETE FROM exchange_submission_row WHERE submission IN (SELECT id FROM exchange_submission WHERE target = \'housing_identity\')');
  const [[lodger, home, district]] = sql(`SELECT CAST(m.person AS TEXT), CAST(m.household AS TEXT), m.district FROM household_member m WHERE m.superseded_at IS NULL AND m.valid_to IS NULL AND m.household <> ${household} AND NOT EXISTS (SELECT 1 FROM case_party y WHERE y.person = m.person)
    AND NOT EXISTS (SELECT 1 FROM entitlement e WHERE e.household = m.household) ORDER BY m.person LIMIT 1`);
  sql(`UPDATE household_member SET household = ${household} WHERE person = ${lodger} AND household = ${home}`);
  sql(`INSERT INTO secrecy_order (district, id, kind, ground, person, purpose, until_on, ordered_by, ordered_at, office, role, holder) VALUES (${district}, 77, 'delay', 'fraud_inspection', ${lodger}, 'fraud_check', 99999, 1, 1, '110102', 'leader', 1)`);
  const list = await make('housing_identity');
  assert.ok(list.rows.length > 3);
  assert.deepEqual(list.rows.filter((r) => r[1].startsWith(`MZ${entitlement}P`)), []);
  sql('DELETE FROM secrecy_order WHERE id = 77');
  sql(`UPDATE household_member SET household = ${home} WHERE person = ${lodger} AND household = ${household}`);
  assert.ok((await make('housing_identity')).rows.some((r) => r[1].startsWith(`MZ${entitlement}P`)), 'without the order it is told');
});
