// Files as offices send them, and as nobody should: each ends in a clear report, and nothing is imported
// that a person would not have meant.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { COMMAND, minzheng, temporaryFolder } from '../support/cli.mjs';
import { compound, record, workbook, xls } from '../support/xls.mjs';
import { xlsx, zip } from '../support/xlsx.mjs';

const folder = temporaryFolder();
const env = { MINZHENG_NOW: '2026-11-24T09:30:00+08:00', MINZHENG_DB: join(folder, 'minzheng.db') };
before(async () => {
  const made = await minzheng(['init', '--district', '110102'], { env });
  assert.equal(made.code, 0, made.stderr);
});

let files = 0;
function file(content, ending = 'csv') {
  const path = join(folder, `file${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}
const take = (path, ...more) => minzheng(['import', 'facility', path, '--json', ...more], { env });
const counts = ({ json }) => [json.added, json.changed, json.same, json.rejected];
const listing = async (register = 'facility') => (await minzheng(['export', register], { env })).stdout.replace('\ufeff', '').trim().split('\r\n').slice(1);
const rejected = (path) => readFileSync(`${path}.rejected.csv`, 'utf8');
const HEAD = '设施名称,类别,街道,床位数,启用日期,运营状态,负责人,电话';
const SUB = '广安门内街道';
const GB18030 = new Map(); // a few characters by hand: Node writes no GB18030
const gb = (text) => Buffer.concat([...text].map((c) => (c.charCodeAt(0) < 128 ? Buffer.from(c) : GB18030.get(c) ?? assert.fail(c))));
for (const [c, hex] of Object.entries({ 设: 'c9e8', 施: 'caa9', 名: 'c3fb', 称: 'b3c6', 类: 'c0e0', 别: 'b1f0', 街: 'bdd6', 道: 'b5c0', 状: 'd7b4', 态: 'ccac', 驿: 'e6e4', 站: 'd5be', 正: 'd5fd', 常: 'b3a3', 甲: 'bcd7', 广: 'b9e3', 安: 'b0b2', 门: 'c3c5', 内: 'c4da' })) GB18030.set(c, Buffer.from(hex, 'hex'));

describe('import', () => {
  test('preview writes nothing; words of offices are understood; the same file is not taken twice', async () => {
    const path = file(`西城区养老设施统计表,,,,,,,\n${HEAD}\n一号驿站,驿站,${SUB},"1,000",2020年3月5日,正常,王晓,19011112222\n二号食堂,老年餐桌,${SUB},,20210601,营业,,\n`);
    const preview = await take(path, '--dry-run', '--from', '2022-01-01');
    assert.equal(preview.code, 0, preview.stdout + preview.stderr);
    assert.deepEqual(counts(preview), [2, 0, 0, 0]);
    assert.deepEqual(await listing(), []);
    const done = await take(path, '--from', '2022-01-01');
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.equal(done.json.heading_line, 2);
    assert.deepEqual(counts(done), [2, 0, 0, 0]);
    const rows = await listing();
    assert.equal(rows.length, 2);
    assert.match(rows[0], /^一号驿站,养老服务驿站,,110102\d{6}|^一号驿站,养老服务驿站,,110102\d{3},/);
    assert.match(rows[0], /,1000,.*2020-03-05,运营,王＊,190\*\*\*\*2222/);
    const again = await take(path, '--from', '2022-01-01');
    assert.equal(again.code, 1, again.stderr); // no: it is in already
    assert.match(again.stderr, /已经导入过/);
  });

  test('a later file changes what it says and leaves what it does not; taking it back restores, but not what was changed since', async () => {
    const path = file(`名称,类型,所在街道,床位,状态\n一号驿站,驿站,${SUB},1200,\n二号食堂,,${SUB},,暂停\n`);
    const done = await take(path, '--from', '2023-01-01');
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.deepEqual(counts(done), [0, 2, 0, 0]);
    assert.match((await listing())[0], /,1200,.*2020-03-05,运营,王＊/);
    const later = await take(file(`名称,街道,床位\n二号食堂,${SUB},7\n`), '--from', '2024-01-01');
    assert.deepEqual(counts(later), [0, 1, 0, 0]);
    const back = await minzheng(['import', '--undo', done.json.batch, '--json'], { env });
    assert.equal(back.code, 0, back.stderr);
    assert.deepEqual(back.json, { undone: 1, kept: 1 });
    assert.match((await listing())[0], /,1000,/);
    assert.equal((await minzheng(['import', '--undo', done.json.batch], { env })).code, 1);
    assert.equal((await minzheng(['import', '--undo', '1'], { env })).code, 3);
  });

  test('one batch after the other is taken back, the last one first', async () => {
    const before_all = await listing();
    const values = (lines) => lines.map((line) => line.split(',').slice(0, -2).join());
    const first = await take(file(`名称,类型,所在街道,床位,状态\n三号驿站,驿站,${SUB},30,正常\n四号驿站,驿站,${SUB},40,正常\n`), '--from', '2023-05-01');
    const second = await take(file(`名称,街道,床位\n三号驿站,${SUB},31\n四号驿站,${SUB},41\n`), '--from', '2024-05-01');
    const third = await take(file(`名称,街道,床位\n三号驿站,${SUB},32\n`), '--from', '2025-05-01');
    const undo = async (one) => (await minzheng(['import', '--undo', one.json.batch, '--json'], { env })).json;
    const beds = async () => (await listing()).filter((line) => /^[三四]号/.test(line)).map((line) => /,(3\d|4\d),/.exec(line)?.[1]);
    assert.deepEqual(await beds(), ['32', '41']);
    assert.deepEqual(await undo(third), { undone: 1, kept: 0 });
    assert.deepEqual(await beds(), ['31', '41']);
    assert.deepEqual(await undo(second), { undone: 2, kept: 0 });
    assert.deepEqual(await beds(), ['30', '40']);
    assert.deepEqual(await undo(first), { undone: 2, kept: 0 });
    assert.deepEqual(values(await listing()), values(before_all));
    for (const command of ['check-store', 'log verify'].map((words) => words.split(' '))) {
      const sound = await minzheng(command, { env });
      assert.equal(sound.code, 0, sound.stdout + sound.stderr);
    }
  });

  test('a batch that waits is seen by nobody: new records, changes, history; confirmed it is there at once, or it leaves nothing', async () => {
    const before = await listing();
    const sees = async (word) => (await listing()).filter((line) => line.includes(word)).length;
    const path = file(`名称,类型,所在街道,床位,状态\n等待站,驿站,${SUB},5,正常\n一号驿站,驿站,${SUB},77,\n一号驿站,驿站,${SUB},77,\n一号驿站,驿站,${SUB},78,\n`);
    const waits = await take(path, '--wait', '--from', '2024-02-01');
    assert.deepEqual([waits.json?.waits, ...counts(waits)], [true, 1, 1, 1, 1], waits.stdout + waits.stderr);
    assert.match(rejected(path), /不同/);
    assert.deepEqual(await listing(), before);
    assert.equal((await minzheng(['check-store'], { env })).code, 0);
    const other = await take(file(`名称,类型,街道,床位,状态\n等待站,驿站,${SUB},6,正常\n一号驿站,驿站,${SUB},6,\n`), '--from', '2024-02-01');
    assert.deepEqual(counts(other), [0, 0, 0, 2]); // they are the other batch's until it is decided
    const later = await take(file(`名称,街道,床位\n二号食堂,${SUB},9\n`), '--from', '2024-03-01');
    assert.deepEqual(counts(later), [0, 1, 0, 0]);
    assert.equal((await minzheng(['import', '--confirm', waits.json.batch, '--json'], { env })).json.overtaken, 0);
    assert.equal((await minzheng(['import', '--confirm', waits.json.batch], { env })).code, 1);
    assert.deepEqual([await sees('等待站'), await sees(',77,')], [1, 1]);
    assert.deepEqual((await minzheng(['import', '--undo', waits.json.batch, '--json'], { env })).json, { undone: 2, kept: 0 });
    assert.deepEqual([await sees('等待站'), await sees(',77,')], [0, 0]);
    const dropped = await take(path, '--wait', '--from', '2024-02-01');
    assert.equal(dropped.json.resumed, false, dropped.stdout);
    assert.deepEqual((await minzheng(['import', '--undo', dropped.json.batch, '--json'], { env })).json, { undone: 2, kept: 0 });
    assert.deepEqual((await minzheng(['import', '--undo', later.json.batch, '--json'], { env })).json, { undone: 1, kept: 0 });
    const values = (lines) => lines.map((line) => line.split(',').slice(0, -2).join());
    assert.deepEqual(values(await listing()), values(before));
    assert.equal((await minzheng(['check-store'], { env })).code, 0);
  });

  test('encodings and delimiters: UTF-8 with its mark, GB18030, UTF-16, tabs, semicolons, quoted line breaks', async () => {
    const text = (name, by = ',') => [['设施名称', '类别', '街道', '状态'], [name, '驿站', SUB, '正常']].map((row) => row.join(by)).join('\r\n');
    const many = { mark: Buffer.from(`\ufeff${text('带标记')}`), tab: text('制表', '\t'), semicolon: text('分号', ';'), utf16: Buffer.from(`\ufeff${text('十六', '\t')}`, 'utf16le'), gb: gb(text('甲站')), quoted: `设施名称,类别,街道,状态,地址\n引号,驿站,${SUB},正常,"一行\n二行"` };
    for (const [name, content] of Object.entries(many)) {
      const r = await take(file(content), '--dry-run');
      assert.equal(r.json?.rows, 1, `${name}: ${r.stdout}${r.stderr}`);
      assert.equal(r.json.added, name === 'quoted' ? 0 : 1, `${name}: ${r.stdout}`); // a line break is no part of an address
    }
    assert.equal((await take(file(gb(text('甲站'))), '--dry-run')).json.encoding, 'GB18030');
  });

  test('a bad row is rejected with its cell and reason; the others go on', async () => {
    const bad = [['', '驿站', SUB, '5', '2020-01-01', '正常', '', ''], ['三号', '城堡', SUB, '5', '', '正常', '', ''], ['四号', '驿站', '没有街道', '5', '', '正常', '', ''], ['五号', '驿站', SUB, '-5', '', '正常', '', ''],
      ['六号', '驿站', SUB, '5.5', '', '正常', '', ''], ['七号', '驿站', SUB, '5', '2020年13月1日', '正常', '', ''], ['八号', '驿站', SUB, '5', '', '', '', ''], ['九号', '驿站', SUB, '5', '', '正常', '王＊', ''],
      ['十号', '驿站', SUB, '5', '', '正常', '', '1.90112E+10'], ['1.10102E+17', '驿站', SUB, '5', '', '正常', '', ''], ['十一号', '驿站', SUB, '5', '', '正常', '', '', '多了'], ['a\u202eb', '驿站', SUB, '5', '', '正常', '', '']];
    const reasons = ['设施名称', '设施类别', '区划', '床位数', '床位数', '启用日期', '新记录', '遮盖', '末几位', '末几位', '列比表头多', '不能用'];
    const path = file([HEAD, ...bad.map((row) => row.join(',')), `好的一行,驿站,${SUB},5,,正常,,`].join('\n'));
    const r = await take(path);
    assert.equal(r.code, 1, r.stdout + r.stderr);
    assert.deepEqual(counts(r), [1, 0, 0, bad.length]);
    const lines = rejected(path).replace('\ufeff', '').trim().split('\r\n');
    assert.equal(lines.length, bad.length + 1);
    reasons.forEach((word, i) => assert.ok(lines[i + 1].includes(word) || (i === 0 && lines[1].includes('找记录')), `${word}: ${lines[i + 1]}`));
    assert.ok((await listing()).some((line) => line.startsWith('好的一行,')));
    const twice = await take(file(`${HEAD}\n同名,驿站,${SUB},5,,正常,,\n同名,驿站,${SUB},6,,正常,,\n同名,驿站,${SUB},5,,正常,,\n`));
    assert.deepEqual(counts(twice), [1, 0, 1, 1]);
  });

  test('XLSX: dates, numbers, shared texts, formulas; rounded numbers, errors and merged cells are refused', async () => {
    const head = ['设施名称', '类别', '街道', '床位数', '启用日期', '状态', '电话'];
    const row = (name, more = {}) => Object.values({ name, kind: '驿站', sub: SUB, beds: 12, day: { date: 45000 }, state: '正常', phone: '19011112222', ...more });
    const path = file(xlsx({ shared: ['共享名'], merges: ['A1:G1', 'B8:B9'], rows: [['统计表'], head, row({ s: 0 }), row('公式', { beds: { f: '3*4', n: '12' } }), row('错误', { beds: { e: '#REF!' } }), row('号码', { phone: { n: '190111122223333444' } }),
      row('小数', { beds: { n: '12.000000000000002' } }), row('合并一'), row('合并二', { kind: '' }), row('日期文本', { day: '2023/3/15' })] }), 'xlsx');
    const r = await take(path);
    assert.equal(r.code, 1, r.stdout + r.stderr);
    assert.deepEqual(counts(r), [4, 0, 0, 4]);
    const rows = await listing();
    for (const name of ['共享名', '公式', '小数', '日期文本']) assert.match(rows.find((line) => line.startsWith(`${name},`)) ?? name, /,12,.*2023-03-15,/);
    const text = rejected(path);
    for (const [name, word] of [['错误', '公式错误'], ['号码', '末几位'], ['合并一', '合并'], ['合并二', '合并']]) assert.match(text, new RegExp(`${name}.*${word}`));
    const macro = await take(file(xlsx({ rows: [head, row('宏')], macros: true }), 'xlsm'), '--dry-run');
    assert.deepEqual([macro.json.added, macro.json.macros], [1, true]);
    const hidden = await take(file(xlsx({ rows: [head, row('隐藏在前')], first: '<sheet name="x" sheetId="9" state="hidden" r:id="rId9"/>' }), 'xlsx'), '--dry-run');
    assert.equal(hidden.json.added, 1);
  });

  test('XLS of Excel 97 to 2003 says what the same XLSX says', async () => {
    const head = ['设施名称', '类别', '街道', '床位数', '启用日期', '状态', '电话'];
    const row = (name, more = {}) => Object.values({ name, kind: '驿站', sub: SUB, beds: { rk: (9 << 2) | 2 }, day: { date: 45000 }, state: '正常', phone: '19011113333', ...more });
    const rare = '旧册𬭚名';
    const book = { shared: [rare, 'Plain'], cut: 4, merges: [[0, 0, 0, 6], [7, 8, 1, 1]], rows: [['统计表'], head, row({ s: 0 }), row('旧公式', { beds: { f: 9 }, state: { f: '正常' } }), row('旧错误', { beds: { e: 0x17 } }),
      row('旧号码', { phone: { n: 190111122223333444 } }), row('旧小数', { beds: { n: 0.1 * 90 } }), row('旧合并一'), row('旧合并二', { kind: '' }), row('旧数字', { beds: { rk: (900 << 2) | 3 } })] };
    const path = file(xls(book), 'xls');
    const r = await take(path);
    assert.equal(r.code, 1, r.stdout + r.stderr);
    assert.equal(r.json.format, 'xls');
    assert.deepEqual(counts(r), [4, 0, 0, 4]);
    const rows = await listing();
    for (const name of [rare, '旧公式', '旧小数', '旧数字']) assert.match(rows.find((line) => line.startsWith(`${name},`)) ?? name, /,9,.*2023-03-15,/);
    for (const [name, word] of [['旧错误', '公式错误'], ['旧号码', '末几位'], ['旧合并一', '合并'], ['旧合并二', '合并']]) assert.match(rejected(path), new RegExp(`${name}.*${word}`));
    const from1904 = await take(file(xls({ rows: [head, row('苹果机', { day: { date: 43538 } })], globals: [record(0x22, Buffer.from([1, 0]))] }), 'xls'));
    assert.deepEqual(counts(from1904), [1, 0, 0, 0]);
    assert.match((await listing()).find((line) => line.startsWith('苹果机,')), /2023-03-15/);
    const macro = await take(file(compound({ Workbook: workbook({ rows: [head, row('旧宏')] }), _VBA_PROJECT_CUR: Buffer.from('x') }), 'xls'), '--dry-run');
    assert.deepEqual([macro.json.added, macro.json.macros], [1, true]);
  });

  test('broken XLS files, and what is only called so, end in a clear report', async () => {
    const rows = [['设施名称', '街道', '类别', '状态'], ['x', SUB, '驿站', '正常']];
    const good = xls({ rows });
    const edit = (at, ...bytes) => { const b = Buffer.from(good); bytes.forEach((v, i) => { b[at + i] = v; }); return b; };
    const loop = xls({ rows: Array.from({ length: 60 }, () => rows[0]) }); // the first sector follows itself
    loop.writeUInt32LE(0, loop.length - 512);
    const bad = {
      cut: [good.subarray(0, 700), 'sheet.xls_damaged'], head: [good.subarray(0, 100), 'sheet.xls_damaged'], loop: [loop, 'sheet.xls_damaged'], sectors: [edit(44, 255, 255, 255, 127), 'sheet.xls_damaged'], shift: [edit(30, 31), 'sheet.xls_damaged'],
      directory: [edit(48, 250, 255, 255, 127), 'sheet.xls_damaged'], password: [xls({ rows, globals: [record(0x2f, Buffer.alloc(6))] }), 'sheet.encrypted'], sealed: [compound({ EncryptedPackage: Buffer.from('x') }), 'sheet.encrypted'],
      excel95: [compound({ Book: Buffer.from('x') }), 'sheet.xls_old'], excel4: [Buffer.from('0904060000001000', 'hex'), 'sheet.xls_old'], word: [compound({ WordDocument: Buffer.from('x') }), 'sheet.format'],
      hidden: [xls({ rows, hidden: 1 }), 'sheet.xls_damaged'], index: [xls({ rows: [[{ s: 7 }]] }), 'sheet.xls_damaged'], short: [xls({ rows, extra: [record(0x203, Buffer.alloc(3))] }), 'sheet.xls_damaged'],
      backwards: [xls({ rows, extra: [record(0x204, Buffer.from([0, 0, 0, 0, 0, 0, 1, 0, 0, 65]))] }), 'sheet.xls_damaged'], wide: [xls({ rows, extra: [record(0x203, Buffer.from([5, 0, 0, 3]), Buffer.alloc(10))] }), 'sheet.columns'],
      many: [xls({ rows, extra: [record(0xbd, Buffer.from([5, 0, 255, 0]), Buffer.alloc(14))] }), 'sheet.xls_damaged'], areas: [xls({ rows, extra: [record(0xe5, Buffer.from([255, 255]))] }), 'sheet.xls_damaged'],
      text: [xls({ rows, extra: [record(0x204, Buffer.from([5, 0, 0, 0, 0, 0, 255, 255, 1, 65]))] }), 'sheet.xls_damaged'], page: ['<html><table><tr><td>设施名称</td></tr></table></html>', 'sheet.markup'], xml: ['\ufeff<?xml version="1.0"?><Workbook/>', 'sheet.markup'],
    };
    const before = await listing();
    for (const [name, [content, code]] of Object.entries(bad)) {
      const r = await take(file(content, 'xls'));
      assert.equal(r.code, 3, `${name}: ${r.code} ${r.stdout}${r.stderr}`);
      assert.equal(r.json.problem.code, code, name);
    }
    assert.deepEqual(await listing(), before);
  });

  test('broken files end in a clear report and import nothing', async () => {
    const good = xlsx({ rows: [['设施名称', '街道'], ['x', SUB]] });
    const doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>';
    const bomb = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${' '.repeat(80 << 20)}</sheetData></worksheet>`;
    const broken = { empty: '', one: 'x', nothing: 'a,b\n1,2\n', pdf: '%PDF-1.7 x', nul: 'a\0b,c\n', cut: good.subarray(0, good.length >> 1), noise: Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500, 7)]), old: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
      parts: zip({ 'a.txt': 'x' }), xml: xlsx({ rows: [], sheet: '<worksheet><sheetData>' }), doctype: xlsx({ rows: [], sheet: doctype }), bomb: xlsx({ rows: [], sheet: bomb }), encoding: Buffer.from([0x61, 0xff, 0xff, 0x0a, 0x80]),
      wide: `${Array.from({ length: 300 }, (_, i) => `c${i}`).join(',')}\n`, long: `设施名称,街道\n"${'x'.repeat(70000)}\n`, half: '设施名称,类别\nx,驿站\n', double: `设施名称,名称,街道\na,b,${SUB}\n`, index: xlsx({ rows: [[{ s: 5 }]] }), reference: xlsx({ rows: [], sheet: '<worksheet><sheetData><row r="1"><c r="1A"><v>1</v></c></row></sheetData></worksheet>' }) };
    const before = await listing();
    for (const [name, content] of Object.entries(broken)) {
      const r = await take(file(content, Buffer.isBuffer(content) ? 'xlsx' : 'csv'));
      assert.equal(r.code, 3, `${name}: ${r.code} ${r.stdout}${r.stderr}`);
      assert.ok(r.stderr.trim().length > 5 && !/\{|sheet\.|import\./.test(r.stderr), `${name}: ${r.stderr}`);
    }
    assert.deepEqual(await listing(), before);
    const open = file(`设施名称,街道,类别,状态\n"没有关,${SUB}\n`);
    const quote = await take(open);
    assert.deepEqual(counts(quote), [0, 0, 0, 1]);
    assert.match(rejected(open), /引号/);
  });

  test('a mapping is remembered for the same headings; a wrong one is refused', async () => {
    const text = (name) => `站点,归属,种类,情况\n${name},${SUB},驿站,正常\n`;
    assert.equal((await take(file(text('甲')))).code, 3);
    assert.equal((await take(file(text('甲')), '--map', '站点=colour')).code, 3);
    const first = await take(file(text('甲点')), '--map', '站点=name,归属=division,种类=kind,情况=state');
    assert.deepEqual(counts(first), [1, 0, 0, 0], first.stderr);
    assert.deepEqual(counts(await take(file(text('乙点')))), [1, 0, 0, 0]);
  });

  test('killed in the middle it goes on, and is as if it had never stopped', { timeout: 120_000 }, async () => {
    const rows = Array.from({ length: 8000 }, (_, i) => `大批${i},meal,110102001,${i % 50},正常`);
    rows[4321] = '大批坏,meal,110102001,-1,正常';
    const path = file(`设施名称,类别,街道,床位数,状态\n${rows.join('\n')}\n`);
    const large = async () => (await listing()).filter((line) => line.startsWith('大批')).length;
    let rest;
    for (let wait = 150; !rest && wait < 20_000; wait *= 1.4) { // until one dies with a part of it written
      const child = spawn(COMMAND, ['import', 'facility', path], { env: { ...process.env, ...env }, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('close', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), wait);
      assert.equal(await ended, null, 'it ended before it was killed');
      clearTimeout(timer);
      assert.equal(await large(), 0, 'a half batch was seen');
      const again = await take(path);
      if (again.json.resumed) rest = again;
      else assert.equal((await minzheng(['import', '--undo', again.json.batch], { env })).code, 0);
    }
    assert.deepEqual([rest?.json.resumed, ...counts(rest)], [true, 7999, 0, 0, 1], rest.stdout + rest.stderr);
    assert.equal(await large(), 7999);
    assert.ok(existsSync(`${path}.rejected.csv`));
    assert.equal((await minzheng(['check-store'], { env })).code, 0);
    const back = await minzheng(['import', '--undo', rest.json.batch, '--json'], { env });
    assert.deepEqual(back.json, { undone: 7999, kept: 0 });
    assert.equal(await large(), 0);
  });
});
