// People who stand twice in the register, by command: found, called one by two people, merged, taken apart; the log agrees all the while.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const env = { MINZHENG_NOW: '2026-11-24T09:30:00+08:00', MINZHENG_DB: join(folder, 'minzheng.db') };
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
function number(n, birth = '19910203') {
  const head = `110228${birth}${String(n).padStart(3, '0')}`;
  return head + '10X98765432'[[...head].reduce((sum, c, i) => sum + Number(c) * WEIGHTS[i], 0) % 11];
}
const run = (...args) => minzheng(args, { env });
const json = async (...args) => JSON.parse((await minzhengOk([...args, '--json'], { env })).stdout);
const search = async (text) => (await run('search', text, '--json', '--as', 'district', '--purpose', 'verification')).json.items;

before(async () => {
  await minzhengOk(['demo', '--district', '110102', '--people', '600', '--seed', '5'], { env });
  const file = join(folder, 'people.csv');
  const row = (n, name) => [name, number(n), '110102020001', '试验胡同9号3单元501室', '13912345678'].join(',');
  writeFileSync(file, ['姓名,身份证号,居住社区,现住址,联系电话', row(11, '测试重名'), row(13, '測試重名'), row(222, '另外一人')].join('\n'));
  await minzhengOk(['import', 'population', file, '--as', 'district', '--purpose', 'verification', '--yes'], { env });
});

describe('duplicates', () => {
  let pair;

  test('a run finds the two, once, and says what it did', async () => {
    const first = await json('duplicates', 'run', '--as', 'district');
    assert.ok(first.people > 600 && first.found >= 1 && first.fresh === first.found, JSON.stringify(first));
    const again = await json('duplicates', 'run', '--as', 'district', '--threads', '2');
    assert.deepEqual([again.found, again.fresh, again.gone], [first.found, 0, 0]);
    const { items } = await json('duplicates', 'list', '--as', 'district');
    assert.equal(items.length, first.found);
    pair = items.find(({ one, other }) => one.name.startsWith('测') || other.name.startsWith('测'));
    assert.ok(pair, JSON.stringify(items.map(({ one, other }) => [one.name, other.name])));
    assert.doesNotMatch(JSON.stringify(pair), /重名|110228199102030/, 'masked');
  });

  test('who may not, and what is not said properly', async () => {
    assert.equal((await run('duplicates', 'run', '--as', 'clerk')).code, 1);
    assert.equal((await run('duplicates', 'list', '--as', 'cashier')).code, 1);
    assert.equal((await run('duplicates', 'run')).code, 2);
    assert.equal((await run('duplicates', 'say', pair.id, 'same', '--as', 'district')).code, 2);
    assert.equal((await run('duplicates', 'say', pair.id, 'same', '--version', String(pair.version), '--reason', '同一人', '--as', 'district')).code, 3); // which is kept?
    assert.equal((await run('duplicates', 'show', '99', '--as', 'district')).code, 3);
  });

  test('one says so, another confirms; the kept row stands for both; and apart again', async () => {
    const { whole, one } = await json('duplicates', 'show', pair.id, '--as', 'district', '--purpose', 'duplicate_check');
    assert.ok(whole && /重名/.test(one.name));
    const say = async (who, how, ...more) => {
      const { version } = await json('duplicates', 'show', pair.id, '--as', who);
      return run('duplicates', 'say', pair.id, how, '--version', String(version), '--reason', '看过身份证和户口簿', '--as', who, '--json', ...more);
    };
    assert.equal((await search('测试重名')).length, 2);
    assert.equal((await say('district', 'same', '--kept', one.person)).code, 0);
    assert.equal((await say('district', 'confirm')).code, 1); // by another
    const merged = await say('reviewer', 'confirm');
    assert.equal(merged.code, 0, merged.stderr);
    assert.equal(merged.json.state, 'merged');
    assert.deepEqual((await search('测试重名')).map(({ person }) => person), [one.person]);
    for (const n of [11, 13]) assert.deepEqual((await search(number(n))).map(({ person }) => person), [one.person]); // either number leads to him
    assert.equal((await run('check-store')).code, 0);
    assert.equal((await say('reviewer', 'part')).code, 0);
    assert.equal((await say('district', 'confirm')).json.state, 'different');
    assert.equal((await search('测试重名')).length, 2);
    const log = await run('check-store');
    assert.equal(log.code, 0, log.stdout);
    await minzhengOk(['duplicates', 'run', '--as', 'district'], { env });
    assert.equal((await json('duplicates', 'show', pair.id, '--as', 'district')).state, 'different'); // it does not come up again
  });
});
