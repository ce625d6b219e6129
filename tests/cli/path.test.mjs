// The command line end to end: a district, its money, its log, its copies; and
// what is refused, in both languages.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { COMMAND, ROOT, cleanEnvironment, minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';
import { storeCounts } from '../support/store.mjs';

const DIBAO = join(ROOT, 'packs/assistance/matters/dibao');
const han = /\p{Script=Han}/u;
let db;
let folder;
const on = (args, options = {}) => minzheng(args, { ...options, env: { MINZHENG_DB: db, MINZHENG_NOW: NOW, ...options.env } });
const onOk = async (args, options) => {
  const run = await on(args, options);
  assert.equal(run.code, 0, `minzheng ${args.join(' ')}: ${run.stdout}${run.stderr}`);
  return run;
};

before(async () => {
  ({ db, folder } = await demoStore());
});

// ---- usage --------------------------------------------------------------------------

const BAD = [
  [], ['nonsense'], [''], ['--nonsense'], ['serve', 'extra'], ['serve', '--listen'], 
  ['demo', '--people', 'many'], ['demo', '--people', '-1'], ['demo', '--people', '1'], ['demo', '--people', '99999999999999999999'], ['demo', '--seed', 'x'],
  ['demo', '--what'], ['pay'], ['pay', 'nothing'], ['pay', 'run'], ['pay', 'run', '--month', '2026-12'], ['pay', 'approve', '--as', 'finance'],
  ['pay', 'approve', 'x', '--as', 'finance'], ['pay', 'export', '1', '--as', 'cashier'], ['log'], ['log', 'nothing'], ['log', 'prove'], ['log', 'prove', 'x'],
  ['log', 'export'], ['log', 'verify', 'a', 'b'], ['backup'], ['backup', 'a', 'b'], ['restore'], ['bpmn'], ['bpmn', 'run'], ['bpmn', 'nothing', 'x'],
  ['feel'], ['dmn'], ['dmn', 'check'], ['dmn', 'nothing'], ['decide'], ['check-store', 'extra'], ['init', 'extra'], ['init', '--district'],
];

for (const args of BAD)
  test(`usage: minzheng ${args.join(' ') || '(nothing)'}`, async () => {
    for (const lang of ['zh', 'en']) {
      const folderOfItsOwn = temporaryFolder();
      const run = await minzheng(args, { env: { MINZHENG_LANG: lang, MINZHENG_DB: join(folderOfItsOwn, 'none.db') }, timeoutSeconds: 20 });
      assert.equal(run.code, 2, `${run.stdout}${run.stderr}`);
      const said = `${run.stdout}${run.stderr}`;
      assert.equal(han.test(said.replace(/（.*?）/gu, '')), lang === 'zh', said);
      assert.ok(said.trim().length > 10);
      assert.deepEqual(readdirSync(folderOfItsOwn), [], 'nothing was made');
    }
  });

test('help says what each command takes, in both languages', async () => {
  const commands = [...readFileSync(join(ROOT, 'src/cli/main.c'), 'utf8').matchAll(/\{"([a-z-]+)", +cmd_\w+\}/g)].map((m) => m[1]);
  assert.ok(commands.length >= 24 && commands.includes('archive'), commands.join());
  for (const lang of ['zh', 'en']) {
    const all = await minzhengOk(['help', '--lang', lang]);
    for (const command of commands) {
      assert.match(all.stdout, new RegExp(`^  (\\w+, )?${command}(,|  | *$)`, 'm'), `${command} is in the list`);
      const one = await minzhengOk([command, '--help', '--lang', lang]);
      assert.match(`${one.stdout}${one.stderr}`, new RegExp(`minzheng ${command}`));
    }
  }
});

// ---- no store, no place ---------------------------------------------------------------

for (const args of [['serve', '--listen', '127.0.0.1:0'], ['check-store'], ['pay', 'list', '--as', 'cashier'], ['log', 'verify'], ['log', 'export', 'x'], ['backup', 'x']])
  test(`without a store: minzheng ${args.join(' ')}`, async () => {
    const place = temporaryFolder();
    const run = await minzheng(args.map((arg) => (arg === 'x' ? join(place, 'x') : arg)), { env: { MINZHENG_DB: join(place, 'none.db') }, timeoutSeconds: 20 });
    assert.equal(run.code, 3, run.stdout + run.stderr);
    assert.ok(run.stderr.includes(join(place, 'none.db')));
    assert.deepEqual(readdirSync(place), []);
  });

test('without what the build makes: where it was looked for, and what to do', async () => {
  const place = temporaryFolder();
  const store = join(place, 'store.db');
  const none = join(place, 'none');
  for (const [what, args] of [['DATA', ['init']], ['DATA', ['demo', '--people', '3000']], ['PACKS', ['init']], ['PACKS', ['demo', '--people', '3000']]])
    for (const lang of ['zh', 'en']) {
      const run = await minzheng(args, { env: { MINZHENG_DB: store, MINZHENG_LANG: lang, [`MINZHENG_${what}`]: none }, timeoutSeconds: 20 });
      assert.equal(run.code, 3, run.stdout + run.stderr);
      assert.ok(run.stderr.includes(none) && run.stderr.includes(`MINZHENG_${what}`), run.stderr);
      assert.equal(han.test(run.stderr), lang === 'zh', run.stderr);
      assert.deepEqual(readdirSync(place), [], 'nothing was made');
    }
  await minzhengOk(['init', '--db', store]);
  for (const [what, args, hint] of [['DATA', ['serve'], './run build'], ['PACKS', ['serve'], '--packs'], ['WEB', ['serve'], './run build']])
    for (const lang of ['zh', 'en']) {
      const run = await minzheng([...args, '--listen', '127.0.0.1:0'], { env: { MINZHENG_DB: store, MINZHENG_LANG: lang, [`MINZHENG_${what}`]: none }, timeoutSeconds: 20 });
      assert.equal(run.code, 3, run.stdout + run.stderr);
      assert.ok(run.stderr.includes(none) && run.stderr.includes(`MINZHENG_${what}`) && run.stderr.includes(hint), run.stderr);
      assert.equal(han.test(run.stderr), lang === 'zh', run.stderr);
    }
});

test('a file that is no store, and one cut short', async () => {
  const place = temporaryFolder();
  const text = join(place, 'text.db');
  writeFileSync(text, 'not a store, only words\n'.repeat(100));
  const cut = join(place, 'cut.db');
  writeFileSync(cut, readFileSync(db).subarray(0, 100_000));
  for (const file of [text, cut, place])
    for (const args of [['check-store'], ['serve', '--listen', '127.0.0.1:0'], ['init']]) {
      const run = await minzheng(args, { env: { MINZHENG_DB: file, MINZHENG_KEYS: `${db}.keys`, MINZHENG_NOW: NOW }, timeoutSeconds: 20 });
      assert.ok([1, 3, 4].includes(run.code), `${args[0]} ${file}: ${run.code} ${run.stdout}${run.stderr}`);
      assert.ok(run.stderr.trim() || run.stdout.trim());
    }
  assert.equal(readFileSync(text, 'utf8').slice(0, 11), 'not a store');
});

test('the store of an older or newer program, or of another: said before anything is asked of it; a backup is still made', async () => {
  const place = temporaryFolder();
  const sql = (file, text) => assert.equal(spawnSync('python3', ['-c', 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()', file, text]).status, 0);
  const old = join(place, 'old.db'), newer = join(place, 'newer.db'), other = join(place, 'other.db');
  for (const file of [old, newer]) await minzhengOk(['init', '--db', file]);
  sql(old, 'DELETE FROM schema_migration WHERE version = (SELECT max(version) FROM schema_migration)');
  sql(newer, "UPDATE schema_migration SET version = version + 1 WHERE version = (SELECT max(version) FROM schema_migration)");
  sql(other, 'CREATE TABLE note (text TEXT)');
  for (const [file, words] of [[old, /older than this program.*minzheng init/s], [newer, /newer than this program/], [other, /no store of this program/]])
    for (const args of [['check-store'], ['serve', '--listen', '127.0.0.1:0'], ['pay', 'list', '--as', 'cashier'], ['log', 'verify']]) {
      const run = await minzheng([...args, '--lang', 'en'], { env: { MINZHENG_DB: file }, timeoutSeconds: 20 });
      assert.ok([1, 3].includes(run.code), `${args[0]} ${file}: ${run.code} ${run.stdout}${run.stderr}`);
      assert.match(run.stderr, words, `${args[0]} ${file}`);
    }
  const kept = join(place, 'kept.db');
  assert.equal((await minzheng(['backup', kept], { env: { MINZHENG_DB: old } })).code, 0);
  assert.ok(existsSync(kept));
});

test('places that cannot be written', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, 'x');
  for (const args of [['init', '--db', join(file, 'sub', 'x.db')], ['backup', join(file, 'x')], ['log', 'export', join(file, 'x')]]) {
    const run = await on(args);
    assert.ok([3, 4].includes(run.code), `${args}: ${run.code} ${run.stderr}`);
    assert.ok(run.stderr.includes(file), run.stderr);
  }
  const there = await on(['backup', file]);
  assert.notEqual(there.code, 0, 'a backup never writes over a file');
  assert.equal(readFileSync(file, 'utf8'), 'x');
});

test('a wrong master key is said, and the store stays as it was', async () => {
  const keys = join(temporaryFolder(), 'keys');
  mkdirSync(keys, { mode: 0o700 });
  writeFileSync(join(keys, 'master.key'), 'not a key\n', { mode: 0o600 });
  const run = await on(['serve', '--listen', '127.0.0.1:0'], { env: { MINZHENG_KEYS: keys }, timeoutSeconds: 20 });
  assert.ok([1, 3, 4].includes(run.code), run.stdout + run.stderr);
  assert.ok(run.stderr.trim());
});

test('an option twice, empty, or a language that is none', async () => {
  for (const [args, said] of [
    [['check-store', '--db', db, '--db', db], /--db/],
    [['check-store', '--db', ''], /--db/],
    [['check-store', '--db='], /--db/],
    [['check-store', '--json', '--json'], /--json/],
    [['check-store', '--lang', 'xx'], /xx/],
    [['check-store', '--lang', 'english'], /english/],
    [['init', '--district', '110101', '--district=110102'], /--district/],
    [['decide', 'dibao', '--input', 'a', '--input', 'b'], /--input/],
  ]) {
    const run = await on(args);
    assert.equal(run.code, 2, `${args.join(' ')}: ${run.stdout}${run.stderr}`);
    assert.match(run.stderr, said);
    assert.doesNotMatch(run.stderr, /不认识/);
  }
});

test('two stores in one folder: each has its own keys and anchor', async () => {
  const place = temporaryFolder();
  const [a, b, c] = ['a.db', 'b.db', 'c.db'].map((name) => join(place, name));
  const env = { MINZHENG_NOW: NOW };
  const make = (file, ...more) => minzheng(['init', '--district', '110101', '--db', file, ...more], { env });
  const sound = async (file) => {
    assert.equal((await minzheng(['log', 'publish', '--db', file], { env })).code, 0);
    assert.equal((await minzheng(['check-store', '--db', file], { env })).code, 0);
  };
  for (const file of [a, b]) {
    assert.equal((await make(file)).code, 0);
    await sound(file);
  }
  await sound(a);
  for (const name of ['master.key', 'log-ed25519.pem', 'log-sm2.pem', 'store']) assert.notEqual(readFileSync(join(`${a}.keys`, name), 'utf8'), readFileSync(join(`${b}.keys`, name), 'utf8'), name);
  // a third that is told to take the first one's keys
  const taken = await make(c, '--keys', `${a}.keys`);
  assert.equal(taken.code, 3, taken.stderr);
  assert.ok(taken.stderr.includes(`${a}.keys`), taken.stderr);
  assert.equal(existsSync(c), false, 'no store without keys of its own');
  const wrong = await minzheng(['check-store', '--db', b, '--keys', `${a}.keys`], { env });
  assert.equal(wrong.code, 3, wrong.stdout + wrong.stderr);
  // a store of the time when all of a folder shared keys/
  renameSync(`${a}.keys`, join(place, 'keys'));
  rmSync(join(place, 'keys/store'));
  await sound(a);
  await sound(b);
  assert.equal(existsSync(`${a}.keys`), false);
  assert.equal((await make(c)).code, 0);
  assert.ok(existsSync(join(`${c}.keys`, 'master.key')), 'a new store does not take keys/');
  await sound(a);
});

test('an address that is none', async () => {
  for (const listen of ['nowhere', '127.0.0.1:99999', ':x', '']) {
    const run = await on(['serve', '--listen', listen], { timeoutSeconds: 20 });
    assert.equal(run.code, 2, `${listen}: ${run.stdout}${run.stderr}`);
  }
});

// ---- a district ------------------------------------------------------------------------

test('init makes an empty store once, and again does nothing', async () => {
  const fresh = join(temporaryFolder(), 'a', 'b', 'new.db');
  const env = { MINZHENG_DB: fresh, MINZHENG_NOW: NOW };
  await minzhengOk(['init', '--district', '110101'], { env });
  const first = storeCounts(fresh);
  await minzhengOk(['init', '--district', '110101'], { env });
  assert.deepEqual(storeCounts(fresh), first);
  assert.equal(statSync(`${fresh}.keys/master.key`).mode & 0o077, 0, 'the master key is its owner\'s alone');
  assert.equal((await minzheng(['init', '--district', '999999'], { env })).code, 3);
  assert.equal((await minzheng(['check-store'], { env })).code, 0);
  const server = await startServer({ db: fresh, env: { MINZHENG_NOW: NOW } });
  const meta = await (await fetch(`${server.url}/api/meta`)).json();
  assert.equal(meta.demo, false);
  assert.equal(meta.demo_accounts ?? null, null, 'demo accounts exist in a demonstration only');
  assert.equal((await fetch(`${server.url}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"login":"clerk","password":"minzheng-demo"}' })).status, 401);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('the demonstration is reproducible by its seed, and never mixed into a store that has people', async () => {
  const stores = ['a', 'b', 'c'].map((name) => join(temporaryFolder(), `${name}.db`));
  const make = (file, seed) => minzhengOk(['demo', '--people', '500', '--no-cases', '--seed', seed, '--json', '--db', file], { env: { MINZHENG_NOW: NOW } });
  const made = [await make(stores[0], '7'), await make(stores[1], '7'), await make(stores[2], '8')];
  assert.ok(made[0].json.people >= 500);
  assert.deepEqual(made[0].json, made[1].json);
  const export_ = (file) => { const { household_member: a, reg_income: b, reg_disability: c, person_record: d } = storeCounts(file); return [a, b, c, d]; };
  assert.deepEqual(export_(stores[0]), export_(stores[1]));
  assert.notDeepEqual(export_(stores[0]), export_(stores[2]));
  const before = storeCounts(stores[0]);
  const again = await minzheng(['demo', '--people', '500', '--db', stores[0]], { env: { MINZHENG_NOW: NOW } });
  assert.equal(again.code, 1);
  assert.ok(again.stderr.trim());
  assert.deepEqual(storeCounts(stores[0]).person_record, before.person_record);
});

test('a demonstration killed in the middle is not taken for a whole one', async () => {
  const file = join(temporaryFolder(), 'half.db');
  const env = cleanEnvironment({ MINZHENG_NOW: NOW });
  const child = spawn(COMMAND, ['demo', '--people', '4000', '--db', file], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let said = '';
  child.stdout.resume();
  await new Promise((resolve) => {
    child.stderr.on('data', (data) => { said += data; if (/\b[2-9]0 %/.test(said)) resolve(); });
    ended.then(resolve);
  });
  child.kill('SIGKILL');
  await ended;
  assert.ok(storeCounts(file).person_record > 0, `killed too early: ${said}`);
  const again = await minzheng(['demo', '--people', '4000', '--db', file], { env: { MINZHENG_NOW: NOW } });
  if (again.code !== 0) {
    assert.equal(again.code, 1);
    assert.match(again.stderr, han);
    assert.ok(again.stderr.length > 20, again.stderr);
  } else assert.equal((await minzheng(['check-store', '--db', file], { env: { MINZHENG_NOW: NOW } })).code, 0);
});

// ---- money ------------------------------------------------------------------------------

test('pay: prepared by one, approved by another, exported once, answered', async () => {
  const place = temporaryFolder();
  const made = await onOk(['pay', 'run', '--month', '2026-12', '--as', 'cashier', '--json']);
  const { id, total_fen: total, count } = made.json;
  assert.ok(count > 0 && total > 0);
  assert.equal((await on(['pay', 'run', '--month', '2026-12', '--as', 'cashier'])).code, 1, 'a month is prepared once');
  assert.equal((await on(['pay', 'approve', id, '--as', 'cashier'])).code, 1, 'not by the same person');
  assert.equal((await on(['pay', 'approve', id, '--as', 'leader'])).code, 1, 'not by another role');
  assert.equal((await on(['pay', 'approve', id, '--as', 'clerk'])).code, 3, 'of a subdistrict: as if it were not there');
  assert.equal((await on(['pay', 'approve', id, '--as', 'nobody'])).code, 3);
  assert.equal((await on(['pay', 'export', id, join(place, 'early.csv'), '--as', 'cashier'])).code, 1, 'not before approval');
  assert.equal(existsSync(join(place, 'early.csv')), false);
  assert.equal((await onOk(['pay', 'approve', id, '--as', 'finance', '--json'])).json.state, 'approved');
  assert.equal((await on(['pay', 'approve', id, '--as', 'finance'])).code, 1);
  const file = join(place, 'bank.csv');
  await onOk(['pay', 'export', id, file, '--as', 'cashier']);
  assert.equal(statSync(file).mode & 0o077, 0);
  assert.notEqual((await on(['pay', 'export', id, file, '--as', 'cashier'])).code, 0, 'never over another file');
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => /^\d/.test(line)).map((line) => line.split(','));
  assert.equal(lines.length, count);
  const yuan = (fen) => (fen / 100).toFixed(2);
  assert.equal(yuan(lines.reduce((sum, line) => sum + Math.round(Number(line[4]) * 100), 0)), yuan(total));

  const returns = (rows) => {
    const path = join(place, `returns-${Math.random()}.csv`);
    writeFileSync(path, `付款编号,金额,状态,原因\n${rows.map((row) => `${row.join(',')}\n`).join('')}`);
    return path;
  };
  const wrong = await on(['pay', 'return', id, returns([['77', '1.00', '成功', ''], ['x', 'y', 'z', ''], [lines[0][0], '0.01', '成功', '']]), '--as', 'cashier', '--json']);
  assert.equal(wrong.code, 1);
  assert.equal(wrong.json.rejected.length, 3);
  assert.equal(wrong.json.accepted, 0);
  for (const junk of ['', 'nonsense', '\0\0\0', '付款编号\n1\n'])  {
    const path = join(place, 'junk');
    writeFileSync(path, junk);
    const run = await on(['pay', 'return', id, path, '--as', 'cashier']);
    assert.ok([1, 3].includes(run.code), `${JSON.stringify(junk)}: ${run.code} ${run.stdout}${run.stderr}`);
  }
  const good = returns(lines.map((line, i) => [line[0], line[4], i ? '成功' : '失败', i ? '' : '账号不存在']));
  const taken = await onOk(['pay', 'return', id, good, '--as', 'cashier', '--json']);
  assert.deepEqual([taken.json.accepted, taken.json.paid, taken.json.returned], [count, count - 1, 1]);
  const again = await on(['pay', 'return', id, good, '--as', 'cashier', '--json']);
  assert.equal(again.code, 1, 'what is settled is not settled again');
  assert.deepEqual([again.json.accepted, again.json.rejected.length], [0, count]);
  const back = lines[0][0];
  const account = (text) => {
    const path = join(place, `account-${Math.random()}.json`);
    writeFileSync(path, text);
    return ['--account', path];
  };
  for (const [what, codes, args] of [
    ['not returned', [1], [lines[1][0], '--as', 'cashier']], ['unknown', [1, 3], ['77', '--as', 'cashier']], ['no number', [2], ['x', '--as', 'cashier']],
    ['another role', [1], [back, '--as', 'finance']], ['nobody', [3], [back, '--as', 'nobody']],
    ['no file', [3, 4], [back, '--as', 'cashier', '--account', join(place, 'none.json')]], ['not JSON', [3], [back, '--as', 'cashier', ...account('x')]],
    ['half an account', [3], [back, '--as', 'cashier', ...account('{"bank_account":"6222020000000000000"}')]],
    ['a number, not text', [3], [back, '--as', 'cashier', ...account('{"bank_account":6222020000000000000,"bank_name":"工商银行"}')]],
    ['wrong check digit', [3], [back, '--as', 'cashier', ...account('{"bank_account":"1","bank_name":"工商银行"}')]],
    ['usage', [2], ['--as', 'cashier']], ['no login', [2], [back]],
  ]) {
    const run = await on(['pay', 'reissue', '--reason', '账号有误', ...args]);
    assert.ok(codes.includes(run.code) && run.stderr.trim(), `${what}: ${run.code} ${run.stdout}${run.stderr}`);
  }
  assert.equal((await on(['pay', 'list', '--as', 'cashier', ...account('{}')])).code, 2, '--account is for reissue alone');
  assert.equal((await onOk(['pay', 'reissue', back, '--reason', '账号有误', '--as', 'cashier', '--json'])).json.payment, back);
  assert.equal((await on(['pay', 'reissue', back, '--reason', '账号有误', '--as', 'cashier'])).code, 1, 'ordered once');
  assert.equal((await on(['pay', 'reissue', back, '--as', 'cashier'])).code, 2, 'a reason is needed');
  const second = (await onOk(['pay', 'run', '--month', '2026-12', '--as', 'cashier', '--json'])).json;
  assert.deepEqual([second.count, yuan(second.total_fen)], [1, lines[0][4]], 'the next batch of the month is this payment alone');
  const end = (await onOk(['pay', 'list', '--as', 'auditor', '--json'])).json.items.find((batch) => batch.id === id);
  assert.equal(end.paid_fen + end.returned_fen, total);
  await onOk(['check-store']);
});

test('pay: months that are none', async () => {
  for (const month of ['2026-13', '2026', '26-12', 'x', '2026-12-01', '2027-06']) {
    const run = await on(['pay', 'run', '--month', month, '--as', 'cashier']);
    assert.ok([1, 2, 3].includes(run.code) && run.stderr.trim(), `${month}: ${run.code} ${run.stdout}`);
  }
  assert.ok([1, 3].includes((await on(['pay', 'run', '--month', '2026-12', '--scheme', 'none', '--as', 'cashier'])).code));
});

// ---- evidence, copies -----------------------------------------------------------------------

test('log: the store verifies, is exported, an entry is proved', async () => {
  const place = temporaryFolder();
  const audit = await onOk(['log', 'verify', '--json']);
  assert.deepEqual(audit.json.findings, []);
  assert.ok(audit.json.entries > 100 && audit.json.heads > 0);
  const out = join(place, 'log');
  await onOk(['log', 'export', out]);
  assert.ok(readdirSync(out).includes('checkpoint') || readdirSync(out, { recursive: true }).some((name) => name.endsWith('checkpoint')), readdirSync(out).join());
  assert.equal((await on(['log', 'prove', '1'])).code, 3, 'no such entry');
});

test('backup and restore: the same store in another place', async () => {
  const place = temporaryFolder();
  const copy = join(place, 'copy');
  await onOk(['backup', copy]);
  const back = join(place, 'back', 'minzheng.db');
  const env = { MINZHENG_NOW: NOW, MINZHENG_KEYS: `${db}.keys` };
  await minzhengOk(['restore', copy, '--db', back], { env });
  assert.deepEqual(storeCounts(back), storeCounts(db));
  assert.equal((await minzheng(['check-store', '--db', back], { env })).code, 0);
  assert.equal((await minzheng(['log', 'verify', '--db', back], { env })).code, 0);
  assert.equal(statSync(back).mode & 0o777, 0o600);
  assert.equal((await minzheng(['restore', copy, '--db', back], { env })).code !== 0, true, 'never over a store');
  for (const junk of ['', 'words', readFileSync(copy).subarray(0, 5000)]) {
    const bad = join(place, 'bad');
    writeFileSync(bad, junk);
    const run = await minzheng(['restore', bad, '--db', join(place, 'no', 'x.db')], { env });
    assert.ok([1, 3, 4].includes(run.code), `${run.code} ${run.stderr}`);
    assert.equal(existsSync(join(place, 'no', 'x.db')), false, 'nothing half-written');
  }
});

test('check-store finds what was changed behind the back', async () => {
  const { db: other } = await demoStore();
  const { spawnSync } = await import('node:child_process');
  const harm = spawnSync('python3', ['-c', "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute('UPDATE entitlement_line SET monthly_fen = monthly_fen + 1 WHERE rowid = (SELECT min(rowid) FROM entitlement_line)'); d.commit()", other], { encoding: 'utf8' });
  if (harm.status !== 0) {
    const tables = Object.entries(storeCounts(other)).filter(([name, n]) => /ledger|payment/.test(name) && n > 0);
    assert.fail(`${harm.stderr}\n${JSON.stringify(tables)}`);
  }
  const check = await minzheng(['check-store', '--json'], { env: { MINZHENG_DB: other, MINZHENG_NOW: NOW } });
  assert.equal(check.code, 1, check.stdout + check.stderr);
});

// ---- models -------------------------------------------------------------------------------------

test('the pack\'s own models check clean and run', async () => {
  const processes = readdirSync(DIBAO).filter((name) => name.endsWith('.bpmn'));
  assert.ok(processes.length >= 2);
  for (const name of processes) {
    const check = await minzheng(['bpmn', 'check', join(DIBAO, name)]);
    assert.equal(check.code, 0, check.stdout + check.stderr);
    const trace = join(temporaryFolder(), 'trace.jsonl');
    const run = await minzheng(['bpmn', 'run', join(DIBAO, name), '--trace', trace]);
    assert.ok([0, 1].includes(run.code), run.stderr);
    const lines = readFileSync(trace, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(lines.length > 2);
    lines.forEach((line, i) => assert.deepEqual([line.seq === i || line.seq === i + 1, typeof line.event, typeof line.element], [true, 'string', 'string']));
  }
  const dmn = await minzheng(['dmn', 'check', join(DIBAO, 'decision.dmn')]);
  assert.ok([0, 1].includes(dmn.code), dmn.stderr);
});

test('models and expressions that are none', async () => {
  const place = temporaryFolder();
  const file = join(place, 'bad');
  for (const junk of ['', 'words', '<other/>', '<a>'.repeat(100000), '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', '\xff\xfe\0'])
    for (const args of [['bpmn', 'check', file], ['bpmn', 'run', file], ['dmn', 'check', file]]) {
      writeFileSync(file, junk, 'latin1');
      const run = await minzheng(args);
      assert.ok([1, 3].includes(run.code), `${args[0]} ${JSON.stringify(junk.slice(0, 20))}: ${run.code} ${run.stdout}${run.stderr}`);
      assert.doesNotMatch(run.stdout + run.stderr, /root:/);
    }
  for (const args of [['bpmn', 'check', join(place, 'none')], ['dmn', 'check', place], ['feel', '1 +'], ['feel', '1', '--context', file]])
    assert.equal((await minzheng(args)).code, 3, args.join(' '));
  const sum = await minzhengOk(['feel', '0.1 + 0.2', '--json']);
  assert.equal(sum.stdout.trim().includes('0.3'), true, sum.stdout);
});
