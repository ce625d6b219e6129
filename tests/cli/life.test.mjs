// minzheng life: the worked lives of the packs come out month by month; what is changed is noticed; bad histories are refused.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const PACKS = join(ROOT, 'packs');
const files = readdirSync(PACKS, { withFileTypes: true })
  .filter((p) => p.isDirectory())
  .flatMap((p) => {
    const folder = join(PACKS, p.name, 'lives');
    try {
      return readdirSync(folder).map((n) => join(folder, n));
    } catch {
      return [];
    }
  });
const read = (name) => JSON.parse(readFileSync(files.find((f) => f.endsWith(`/${name}.json`)), 'utf8'));
const folder = temporaryFolder();
const run = (history, name = 'history.json') => {
  const file = join(folder, name);
  writeFileSync(file, typeof history === 'string' ? history : JSON.stringify(history));
  return minzheng(['life', file, '--json']);
};

describe('worked lives', () => {
  test('all come out', { timeout: 300_000 }, async () => {
    assert.ok(files.length >= 40);
    const { code, json } = await minzheng(['life', ...files, '--json']);
    assert.deepEqual(json.filter((r) => !r.same), []);
    assert.equal(json.length, files.length);
    assert.ok(json.every((r) => r.findings === 0));
    assert.equal(code, 0);
  });

  test('a fen more in one month is noticed, and named', async () => {
    const life = read('dibao-death-repaid');
    life.expected.paid['2024-02'] += 1;
    life.expected.overpaid_fen += 1;
    const { code, json } = await run(life);
    assert.equal(code, 1);
    assert.deepEqual(json[0].differences.map((d) => [d.what, d.month, d.expected_fen - d.fen]), [['paid', '2024-02', 1], ['overpaid_fen', '', 1]]);
  });

  test('nothing is reduced before the person was heard', async () => {
    const life = read('dibao-job-silent');
    life.events.find((e) => e.do === 'adopt').on = '2024-01-12'; // the period runs until the 16th
    const { code, json } = await run(life);
    assert.equal(code, 1);
    assert.equal(json.problem.code, 'entitlement.not_heard');
    assert.equal(json.problem.line, 3);
  });

  const edited = (edit) => {
    const life = read('dibao-plain');
    edit(life);
    return life;
  };
  for (const [name, history, code] of [
    ['no JSON', '{', undefined],
    ['no scheme', edited((l) => delete l.scheme), 'life.file'],
    ['an unknown scheme', edited((l) => (l.scheme = 'x')), 'life.file'],
    ['no people', edited((l) => (l.facts.户.成员 = [])), 'life.file'],
    ['months the wrong way round', edited((l) => (l.last = '2020-01')), 'life.file'],
    ['a thousand years', edited((l) => (l.last = '3020-01')), 'life.file'],
    ['an unknown event', edited((l) => (l.events[0].do = 'x')), 'life.file'],
    ['a day that is none', edited((l) => (l.events[0].on = '2023-02-30')), 'date.impossible'],
    ['an event after the last month', edited((l) => l.events.push({ on: '2030-01-01', do: 'facts' })), 'life.file'],
    ['events out of order', edited((l) => l.events.push({ on: '2023-01-01', do: 'facts' })), 'life.file'],
    ['nothing granted to change', edited((l) => (l.events[0].do = 'recheck')), 'entitlement.none'],
  ]) {
    test(`refused: ${name}`, async () => {
      const { code: exit, json } = await run(history);
      assert.notEqual(exit, 0);
      assert.ok(json.problem);
      if (code) assert.equal(json.problem.code, code);
    });
  }

  test('a file that is not there; no file', async () => {
    assert.equal((await minzheng(['life', join(folder, 'none.json')])).code, 3);
    assert.equal((await minzheng(['life'])).code, 2);
  });
});
