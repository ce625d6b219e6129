// docs/coverage.csv says what the packs have, neither more nor less.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from '../support/cli.mjs';

const PACKS = join(ROOT, 'packs');
const json = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));
const [head, ...body] = readFileSync(join(ROOT, 'docs/coverage.csv'), 'utf8').trim().split('\n').map((line) =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, 11).map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"')));
const rows = body.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
const matters = readdirSync(PACKS).filter((pack) => existsSync(join(PACKS, pack, 'pack.json'))).flatMap((pack) =>
  (json(PACKS, pack, 'pack.json').matters ?? []).map((id) => ({ pack, id, folder: join(PACKS, pack, 'matters', id), matter: json(PACKS, pack, 'matters', id, 'matter.json') })))
  .filter((one) => one.matter.scheme);
const yes = (value) => (value ? 'yes' : 'no');
const lives = (pack) => (existsSync(join(PACKS, pack, 'lives')) ? readdirSync(join(PACKS, pack, 'lives')).map((name) => json(PACKS, pack, 'lives', name)) : []);

test('every scheme of the packs is in it, once', () => {
  assert.deepEqual(rows.map((row) => row.scheme).filter(Boolean).sort(), matters.map((one) => one.matter.scheme).sort());
});

for (const { pack, folder, matter } of matters)
  test(`${matter.scheme}: is as its row says`, () => {
    const row = rows.find((one) => one.scheme === matter.scheme);
    const handlers = (matter.processes ?? []).map(({ file }) => readFileSync(join(folder, file), 'utf8'));
    assert.deepEqual(
      { pack: row.pack, decides: row.decides, application: row.application, life: row.life, payment: row.payment, worked_lives: Number(row.worked_lives) },
      {
        pack, decides: yes(matter.decisions?.length), application: yes(matter.open && matter.form && matter.processes?.length), life: yes(matter.life),
        payment: yes(matter.life || handlers.some((text) => text.includes('mz:handler="entitlement.open"'))), worked_lives: lives(pack).filter((one) => one.scheme === matter.scheme).length,
      });
  });

test('what no pack decides has a row that claims nothing', () => {
  for (const row of rows.filter((one) => !one.scheme)) assert.deepEqual([row.decides, row.application, row.recorded_grant, row.life, row.payment, row.worked_lives], ['no', 'no', 'no', 'no', 'no', '0'], row.benefit_en);
});
