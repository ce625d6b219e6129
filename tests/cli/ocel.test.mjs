// minzheng export ocel: OCEL 2.0 JSON that others can read, without anybody in
// it; and the same history as figures by step.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn, until } from '../support/api.mjs';
import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let db;
let server;
let log;
let text;
const folder = temporaryFolder();
const on = (args) => minzheng(args, { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });

before(async () => {
  ({ db } = await demoStore());
  const file = join(folder, 'log.jsonocel');
  const run = await on(['export', 'ocel', file, '--json']);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  text = readFileSync(file, 'utf8');
  log = JSON.parse(text);
  assert.deepEqual(run.json, { objects: log.objects.length, events: log.events.length });
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
});
after(() => server?.stop());

// ---- the schema of ocel-standard.org, 2.0, JSON, as far as it binds -------------------

const keys = (object, needed, allowed = needed) => {
  assert.equal(typeof object, 'object');
  for (const key of needed) assert.ok(key in object, `${key} is missing: ${JSON.stringify(object).slice(0, 200)}`);
  for (const key of Object.keys(object)) assert.ok(allowed.includes(key), `${key} is not in the schema`);
};
const TYPES = ['string', 'time', 'integer', 'float', 'boolean'];
const isTime = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));

test('every part has the shape of OCEL 2.0', () => {
  keys(log, ['objectTypes', 'eventTypes', 'objects', 'events']);
  for (const type of [...log.objectTypes, ...log.eventTypes]) {
    keys(type, ['name', 'attributes']);
    for (const attribute of type.attributes) {
      keys(attribute, ['name', 'type']);
      assert.ok(TYPES.includes(attribute.type), attribute.type);
    }
  }
  const types = (list) => new Map(list.map((type) => [type.name, new Set(type.attributes.map((attribute) => attribute.name))]));
  const [objectTypes, eventTypes] = [types(log.objectTypes), types(log.eventTypes)];
  assert.equal(objectTypes.size, log.objectTypes.length);
  const ids = new Set(log.objects.map((object) => object.id));
  assert.equal(ids.size, log.objects.length, 'an id is one object');
  assert.equal(new Set(log.events.map((event) => event.id)).size, log.events.length, 'an id is one event');
  const relations = (thing) => {
    for (const relation of thing.relationships) {
      keys(relation, ['objectId', 'qualifier']);
      assert.ok(ids.has(relation.objectId), `${thing.id} names ${relation.objectId}`);
    }
  };
  for (const object of log.objects) {
    keys(object, ['id', 'type'], ['id', 'type', 'attributes', 'relationships']);
    assert.ok(objectTypes.has(object.type), object.type);
    for (const attribute of object.attributes) {
      keys(attribute, ['name', 'time', 'value']);
      assert.ok(objectTypes.get(object.type).has(attribute.name) && isTime(attribute.time) && typeof attribute.value === 'string', JSON.stringify(attribute));
    }
    relations(object);
  }
  for (const event of log.events) {
    keys(event, ['id', 'type', 'time'], ['id', 'type', 'time', 'attributes', 'relationships']);
    assert.ok(eventTypes.has(event.type) && isTime(event.time), JSON.stringify(event));
    for (const attribute of event.attributes) {
      keys(attribute, ['name', 'value']);
      assert.ok(eventTypes.get(event.type).has(attribute.name), attribute.name);
    }
    relations(event);
    assert.equal(event.relationships.filter((relation) => relation.qualifier === 'of').length, 1);
  }
  assert.ok(log.events.length > 200 && log.objects.some((object) => object.type === 'notice'));
});

test('nobody is in it: no name, no number, none of our ids', async () => {
  const clerk = await signIn(server.url, 'clerk');
  const { items } = await must(clerk.get('/api/cases?limit=100'));
  assert.ok(items.length > 20);
  for (const item of items) {
    assert.ok(!text.includes(item.number), item.number);
    assert.ok(!text.includes(item.id), item.id);
    assert.ok(!text.includes(`"${item.applicant_name}"`), item.applicant_name);
  }
  const detail = await must(clerk.get(`/api/cases/${items[0].id}`));
  for (const party of detail.parties) assert.ok(!text.includes(party.person) && !text.includes(party.name));
  // A pseudonym may happen to be digits alone.
  assert.doesNotMatch(text.replace(/-[0-9a-f]{20}"/g, '"'), /\d{17}[\dX]/);
  // Two exports cannot be laid over one another.
  const again = join(folder, 'again.jsonocel');
  assert.equal((await on(['export', 'ocel', again])).code, 0);
  const ids = new Set(JSON.parse(readFileSync(again, 'utf8')).objects.map((object) => object.id));
  assert.ok(!log.objects.some((object) => ids.has(object.id)));
});

test('the figures by step agree with the log', async () => {
  const leader = await signIn(server.url, 'leader');
  const total = async () => (await must(leader.get('/api/statistics/steps?from=2019-01-01'))).steps.map((step) => step.waiting).join();
  await until('the sweeper has nothing left to do', async () => {
    const before = await total();
    await new Promise((done) => setTimeout(done, 2500));
    return (await total()) === before;
  });
  const first = await must(leader.get('/api/statistics/steps?from=2019-01-01'));
  const waiting = new Map();
  const limited = { done: 0, waiting: 0 };
  for (const file of first.files) {
    const figures = await must(leader.get(`/api/statistics/steps?from=2019-01-01&file=${file}`));
    for (const step of figures.steps) waiting.set(step.element, (waiting.get(step.element) ?? 0) + step.waiting);
    for (const step of figures.steps) assert.ok(step.on_time <= step.limited && step.median_s <= step.p90_s, JSON.stringify(step));
    for (const step of figures.steps) limited.done += step.limited;
    assert.equal(figures.divisions.reduce((sum, one) => sum + one.cases, 0), figures.cases);
  }
  assert.ok(limited.done > 50);
  // The server's sweeper has moved cases since the first export.
  const now = join(folder, 'now.jsonocel');
  assert.equal((await on(['export', 'ocel', now])).code, 0);
  const open = new Map();
  const value = (object, name) => object.attributes.find((attribute) => attribute.name === name)?.value;
  for (const object of JSON.parse(readFileSync(now, 'utf8')).objects)
    if (object.type === 'task' && value(object, 'state') === 'open') open.set(value(object, 'element'), (open.get(value(object, 'element')) ?? 0) + 1);
  assert.ok(open.size > 2);
  for (const [element, count] of open) assert.equal(waiting.get(element), count, element);
});

test('what is asked wrongly is refused', async () => {
  assert.equal((await on(['export'])).code, 2);
  assert.equal((await on(['export', 'xes', join(folder, 'x')])).code, 2);
  assert.equal((await on(['export', 'ocel'])).code, 2);
  assert.equal((await on(['export', 'ocel', join(folder, 'log.jsonocel')])).code, 4, 'another file is not written over');
  assert.equal((await on(['export', 'ocel', join(folder, 'nowhere', 'x')])).code, 4);
  assert.notEqual((await on(['export', 'ocel', join(folder, 'none'), '--matter', 'nothing'])).code, 0);
  assert.ok(!existsSync(join(folder, 'none')), 'half a file is none');
  const leader = await signIn(server.url, 'leader');
  for (const [query, status] of [['from=yesterday', 422], ['file=../../etc/passwd', 404], ['division=31', 403], ['matter=unheard', 404], ['what=1', 422]])
    assert.equal((await leader.get(`/api/statistics/steps?${query}`)).status, status, query);
  const clerk = await signIn(server.url, 'clerk');
  assert.equal((await clerk.get('/api/statistics/steps')).status, 403);
});
