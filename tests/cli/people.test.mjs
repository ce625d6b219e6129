// People from a file by command: seen by nobody until confirmed, whole after a kill, taken back; found in one line; and a register as XLSX.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { COMMAND, minzheng, temporaryFolder } from '../support/cli.mjs';
import { xls } from '../support/xls.mjs';
import { xlsx } from '../support/xlsx.mjs';

const folder = temporaryFolder();
const env = { MINZHENG_NOW: '2026-11-24T09:30:00+08:00', MINZHENG_DB: join(folder, 'minzheng.db') };
const AS = ['--as', 'district', '--purpose', 'verification'];
before(async () => {
  const made = await minzheng(['demo', '--district', '110102', '--people', '500', '--seed', '5'], { env });
  assert.equal(made.code, 0, made.stderr);
});

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
function number(n, birth = '19910203') {
  const head = `110228${birth}${String(n % 1000).padStart(3, '0')}`;
  return head + '10X98765432'[[...head].reduce((sum, c, i) => sum + Number(c) * WEIGHTS[i], 0) % 11];
}
let files = 0;
function file(content, ending = 'csv') {
  const path = join(folder, `people${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}
const take = (path, ...more) => minzheng(['import', 'population', path, '--json', ...AS, ...more], { env });
const search = (...words) => minzheng(['search', ...words, '--json', ...AS], { env });
const counts = ({ json }) => [json.added, json.changed, json.same, json.rejected];
const HEAD = ['户号', '与户主关系', '姓名', '性别', '身份证号', '居住社区', '现住址', '服务人群'];
const row = (n, name, more = {}) => Object.values({ household: 'T1', relation: n === 1 ? '户主' : '其他', name, sex: n % 2 ? '男' : '女', number: number(n), place: '110102020001', address: '试验胡同9号', groups: '', ...more });

describe('people from a file', () => {
  test('CSV, XLSX and XLS say the same; nobody is seen before the batch is confirmed', async () => {
    const rows = [['西城区常住人口表'], HEAD, row(1, '测试甲'), row(2, '測試乙', { groups: '老年、优抚' })];
    const kinds = { csv: rows.map((r) => r.join(',')).join('\r\n'), xlsx: xlsx({ rows }), xls: xls({ rows }) };
    for (const [ending, content] of Object.entries(kinds)) {
      const r = await take(file(content, ending));
      assert.equal(r.code, 0, r.stdout + r.stderr);
      assert.deepEqual([ending, r.json.waits, ...counts(r)], [ending, true, 2, 0, 0, 0]);
      assert.equal((await search('测试甲')).code, 1);
      assert.equal((await minzheng(['import', '--confirm', r.json.batch, '--as', 'district'], { env })).code, 0);
      assert.equal((await search('ceshijia')).json.items.length, 1);
      assert.equal((await search('测试乙')).json.items.length, 1); // written in the other way
      assert.equal((await minzheng(['check-store'], { env })).code, 0);
      assert.deepEqual((await minzheng(['import', '--undo', r.json.batch, '--as', 'district', '--json'], { env })).json, { undone: 2, kept: 0 });
      assert.equal((await search('测试甲')).code, 1);
      assert.equal((await minzheng(['check-store'], { env })).code, 0);
    }
  });

  test('who does not say who he is and why, and who may not, gets nothing', async () => {
    const path = file([HEAD, row(1, '测试甲')].map((r) => r.join(',')).join('\n'));
    assert.equal((await minzheng(['import', 'population', path], { env })).code, 1);
    assert.equal((await minzheng(['import', 'population', path, '--as', 'district'], { env })).code, 3);
    assert.equal((await minzheng(['import', 'population', path, '--as', 'cashier', '--purpose', 'payment'], { env })).code, 1);
    assert.equal((await minzheng(['import', 'population', path, '--as', 'nobody', '--purpose', 'verification'], { env })).code, 3);
    assert.equal((await minzheng(['search', '测试甲'], { env })).code, 2);
    assert.equal((await minzheng(['search', '测试甲', '--as', 'cashier', '--purpose', 'payment'], { env })).code, 1);
    assert.equal((await minzheng(['search', '张', ...AS], { env })).code, 3);
  });

  test('bad files end in a report, bad rows in a file with the cell and the reason', async () => {
    for (const bad of ['', '甲,乙\n1,2\n', '姓名,姓名\n甲,乙\n', '身份证号\n110102199102030012\n', Buffer.from([0x50, 0x4b, 3, 4, 9, 9])]) {
      const r = await take(file(bad));
      assert.equal(r.code, 3, `${bad}: ${r.stdout}`);
    }
    const path = file([HEAD, row(1, '测试甲', { number: '1.10102E+17' }), row(2, '测试乙', { place: '没有社区' }), row(3, '测试丙')].map((r) => r.join(',')).join('\n'));
    const r = await take(path, '--yes');
    assert.equal(r.code, 1);
    assert.deepEqual(counts(r), [1, 0, 0, 2]);
    const lines = readFileSync(`${path}.rejected.csv`, 'utf8').trim().split('\r\n');
    assert.match(lines[1], /身份证号,.*末几位/);
    assert.match(lines[2], /居住社区,.*区划/);
    const back = (await minzheng(['import', '--undo', r.json.batch, '--as', 'district', '--json'], { env })).json;
    assert.deepEqual(back, { undone: 1, kept: 0 });
  });

  test('killed in the middle nothing is seen; the same file goes on and is whole', { timeout: 120_000 }, async () => {
    const PEOPLE = 3000;
    const rows = Array.from({ length: PEOPLE }, (_, i) => row(i, `大批${'甲乙丙丁'[i % 4]}`, { household: `K${i >> 1}`, relation: i % 2 ? '其他' : '户主', sex: '', number: number(i, `19${60 + Math.floor(i / 1000)}0203`) }));
    const path = file([HEAD, ...rows].map((r) => r.join(',')).join('\n'));
    let resumed = false;
    for (let wait = 150; !resumed && wait < 20_000; wait *= 1.4) {
      const child = spawn(COMMAND, ['import', 'population', path, ...AS], { env: { ...process.env, ...env }, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('close', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), wait);
      const code = await ended;
      clearTimeout(timer);
      assert.equal((await search('大批甲')).code, 1, 'a half batch was seen');
      if (code !== null) break; // it was faster: the same file shows the waiting batch
      const again = await take(path);
      resumed = again.json.resumed;
      assert.deepEqual([again.json.waits, ...counts(again)], [true, PEOPLE, 0, 0, 0], again.stdout);
    }
    const r = await take(path, '--yes');
    assert.deepEqual([r.json.resumed, ...counts(r)], [true, PEOPLE, 0, 0, 0], r.stdout);
    const found = (await search('大批甲')).json;
    assert.deepEqual([found.items.length, found.more], [20, true]);
    assert.equal((await minzheng(['check-store'], { env })).code, 0);
    assert.deepEqual((await minzheng(['import', '--undo', r.json.batch, '--as', 'district', '--json'], { env })).json, { undone: PEOPLE, kept: 0 });
    assert.equal((await search('大批甲')).code, 1);
  });
});

describe('a register as XLSX', () => {
  test('comes back by import as the same records, cells that look like formulas are texts', async () => {
    const place = (await minzheng(['import', 'facility', file(`设施名称,类别,街道,状态\n"=HYPERLINK(""http://x"")",驿站,广安门内街道,正常\n+甲,驿站,广安门内街道,正常\n`), '--json'], { env }));
    assert.deepEqual(counts(place), [2, 0, 0, 0], place.stdout + place.stderr);
    const made = spawn(COMMAND, ['export', 'facility', '--format', 'xlsx'], { env: { ...process.env, ...env } });
    const parts = [];
    made.stdout.on('data', (part) => parts.push(part));
    assert.equal(await new Promise((resolve) => made.on('close', resolve)), 0);
    const book = Buffer.concat(parts);
    assert.equal(book.subarray(0, 2).toString(), 'PK');
    const again = await minzheng(['import', 'facility', file(book, 'xlsx'), '--json', '--dry-run', '--map', '负责人=,联系电话='], { env });
    assert.equal(again.json.format, 'xlsx');
    assert.equal(again.json.added, 0, again.stdout);
    assert.ok(again.json.same >= 2, again.stdout);
    assert.equal((await minzheng(['export', 'facility', '--format', 'ods'], { env })).code, 2);
  });
});
