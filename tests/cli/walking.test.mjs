// Service circles on foot: the same question by the straight line and over streets; a river without a bridge; files that are no network.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';

const HEAD = 'from_longitude,from_latitude,to_longitude,to_latitude,metres\n';
let db;
let folder;
let straight;
const siting = (...args) => minzheng(['plan', 'siting', ...args], { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
const asked = async (...args) => {
  const run = await siting(...args, '--json');
  assert.ok(run.code < 2, run.stderr);
  return JSON.parse(run.stdout);
};
const file = (name, text) => { const path = join(folder, name); writeFileSync(path, text); return path; };
const metres = (a, b) => {
  const rad = Math.PI / 180;
  const h = Math.sin((b.latitude - a.latitude) * rad / 2) ** 2 + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin((b.longitude - a.longitude) * rad / 2) ** 2;
  return 2 * 6371008.8 * Math.asin(Math.sqrt(h));
};
before(async () => {
  ({ db, folder } = await demoStore());
  straight = await asked();
});

test('over streets nothing is nearer than by the straight line, and a way a third longer is a third longer', async () => {
  assert.equal(straight.method, 'straight');
  const rows = straight.communities.flatMap((a) => straight.facilities.filter((b) => metres(a, b) < 2500)
    .map((b) => [a.longitude, a.latitude, b.longitude, b.latitude, (metres(a, b) * 1.3).toFixed(2)].join(',')));
  const network = file('streets.csv', HEAD + rows.join('\n') + '\n');
  const walked = await asked('--network', network);
  assert.equal(walked.method, 'walking');
  assert.ok(walked.within <= straight.within && walked.within > 0, `${walked.within} of ${straight.within}`);
  let longer = 0;
  for (const [i, one] of walked.communities.entries()) {
    const plain = straight.communities[i];
    assert.equal(one.code, plain.code);
    if (one.nearest_m === null) continue;
    assert.ok(one.nearest_m >= plain.nearest_m - 1 && one.nearest_m <= plain.nearest_m * 1.3 + 2, `${one.name}: ${plain.nearest_m} straight, ${one.nearest_m} on foot`);
    longer += one.nearest_m > plain.nearest_m + 1;
  }
  assert.ok(longer > 10, `${longer} are farther on foot`);
  const more = await asked('--network', network, '--add', '2');
  assert.ok(more.served_after >= more.served && more.bound >= more.served_after);
  assert.match((await siting('--network', network)).stdout, /沿 \d+ 个路段步行 1000 米/);
  assert.match((await siting('--network', network, '--lang', 'en')).stdout, /on foot over \d+ street sections/);
});

test('who has no street near is out of reach and counted', async () => {
  const away = await asked('--network', file('away.csv', `${HEAD}100,30,100.001,30,\n`));
  assert.equal(away.within, 0);
  assert.equal(away.off_streets, away.communities.length);
  assert.ok(away.communities.every((one) => one.nearest_m === null));
});

test('a file that is no network is told with its line', async () => {
  for (const [text, say] of [[`${HEAD}116.3,39.9,116.31,39.9,10\n`, /Line 2: a section's length/], [`${HEAD}116.3,99,116.31,39.9,\n`, /Line 2: a longitude/], [HEAD, /no section/]]) {
    const run = await siting('--network', file('bad.csv', text), '--lang', 'en');
    assert.equal(run.code, 3);
    assert.match(run.stderr, say);
  }
});
