// The policies' worked cases are what the independent scripts compute from the articles; and every amount names its article.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { COMMAND, ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const scripts = readdirSync(join(ROOT, 'tests/policies')).filter((n) => n.endsWith('.py'));

for (const script of scripts) {
  test(script, () => {
    const run = spawnSync('python3', [join(ROOT, 'tests/policies', script), '--check'], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
  });
}

test('fresh households are decided as the scripts compute them', () => {
  const seed = process.env.MINZHENG_SEED ?? '1000000';
  const run = spawnSync('python3', [join(ROOT, 'tests/policies/drawn_cases.py'), '--against', COMMAND, '150', seed], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /^1500 households, 0 /);
});

test('there are scripts', () => assert.ok(scripts.length > 0));

// The article by which a line's amount is computed, whatever else is named beside it.
const ARTICLE = {
  低保金: /445号 九\((一|二)/, 分类救助增发: /445号 十\(二\)/, 渐退低保金: /445号 十\(四\)/, 生活补贴: /445号 十一\(三\)/,
  基本生活费: /24号 第十七条\(一\)/, 照料护理费: /24号 第十七条\(二\)/, 临时救助金: /86号 .*三\((一|二)\)/, 困难残疾人生活补贴: /434号 .*二\(一\)/,
  重度残疾人护理补贴: /434号 .*二\(二\)/, 困难老年人养老服务补贴: /160号 二\(一\)/, 失能老年人护理补贴: /160号 二\(二\)/, 高龄老年人津贴: /160号 二\(三\)/,
  困境儿童生活费: /京民发〔2026〕2号 .*二|36号 二|228号 (四|五)/, 学前教育入园补贴: /36号 二\(三\)/, 职业和高等教育生活补贴: /36号 二\(三\)/,
};

test('every line of an amount has its article among the reasons, in both languages', async () => {
  const left = new Map(Object.keys(ARTICLE).map((item) => [item, 3]));
  const cases = readdirSync(join(ROOT, 'packs'), { recursive: true }).filter((n) => /cases\/own-[^/]*\.json$/.test(n)).sort();
  for (const name of cases) {
    const path = join(ROOT, 'packs', name);
    const { scheme, input, expected } = JSON.parse(readFileSync(path, 'utf8'));
    const items = new Set((expected.lines ?? []).map((l) => l.item));
    if (![...items].some((item) => left.get(item) > 0)) continue;
    const facts = join(folder, 'line.json');
    writeFileSync(facts, JSON.stringify(input));
    const { json } = await minzheng(['decide', scheme, '--input', facts, '--json']);
    for (const item of items) {
      const reason = json.reasons.find((r) => ARTICLE[item].test(r.article));
      assert.ok(reason && reason.zh && reason.en && !/\p{Script=Han}/u.test(reason.en), `${name}: ${item} names no article`);
      left.set(item, left.get(item) - 1);
    }
  }
  assert.deepEqual([...left].filter(([, n]) => n >= 3), []);
});
