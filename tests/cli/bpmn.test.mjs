// `minzheng bpmn` beside the npm package bpmn-engine: the same process makes the
// same activities, as many times and in the same order along the flows.
//
// The models are written here, in a few words each.  Where the collection of
// other engines' models lies beside the checkout (BPMN_MODELS, or
// ../shared/bpmn-models) a part of it is run too; BPMN_ALL=1 takes all of it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { isActivity, otherEngine } from '../support/bpmn-oracle.mjs';
import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

// The other engine throws from timers when a run has been left.
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});

const FOLDER = temporaryFolder();

// ---- models in a few words --------------------------------------------------------------

// seq(a, b)  one after the other        par(a, b)  side by side, joined
// xor(a, b)  the default way is taken   or(a, b)   both ways, joined
// A block adds its elements and gives back where it begins and ends.
let count = 0;
let parts = [];
const fresh = (kind) => `${kind}${++count}`;
const add = (text) => parts.push(text);
const flow = (from, to, more = '') => {
  const id = fresh('f');
  add(more ? `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}">${more}</sequenceFlow>` : `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`);
  return id;
};
const element = (type, attributes = '', inside = '') => () => {
  const id = fresh(type);
  add(`<${type} id="${id}" ${attributes}>${inside}</${type}>`);
  return [id, id];
};
const task = (inside) => element('task', '', inside);
const user = (inside) => element('userTask', '', inside);
const manual = () => element('manualTask');
const service = () => element('serviceTask');
const seq = (...blocks) => () => {
  const made = blocks.map((block) => block());
  made.slice(1).forEach(([from], i) => flow(made[i][1], from));
  return [made[0][0], made.at(-1)[1]];
};
const joined = (gateway) => (...blocks) => () => {
  const [split] = element(gateway)();
  const made = blocks.map((block) => block());
  const [join] = element(gateway)();
  for (const [from, to] of made) {
    flow(split, from);
    flow(to, join);
  }
  return [split, join];
};
const par = joined('parallelGateway');
const or = joined('inclusiveGateway');
const xor = (taken, ...others) => () => {
  const id = fresh('exclusiveGateway');
  const at = parts.length;
  add('');
  const [merge] = element('exclusiveGateway')();
  const [from, to] = taken();
  const chosen = flow(id, from);
  flow(to, merge);
  for (const block of others) {
    const [begin, end] = block();
    flow(id, begin, '<conditionExpression xsi:type="tFormalExpression">${false}</conditionExpression>');
    flow(end, merge);
  }
  parts[at] = `<exclusiveGateway id="${id}" default="${chosen}"/>`;
  return [id, merge];
};
const inside = (block, loop = '', type = 'subProcess') => () => {
  const id = fresh('sub');
  const outer = parts;
  parts = [];
  seq(element('startEvent'), block, element('endEvent'))();
  outer.push(`<${type} id="${id}">${loop}${parts.join('')}</${type}>`);
  parts = outer;
  return [id, id];
};
const times = (n, sequential) => `<multiInstanceLoopCharacteristics isSequential="${sequential}"><loopCardinality xsi:type="tFormalExpression">${n}</loopCardinality></multiInstanceLoopCharacteristics>`;
const timer = (text) => `<timerEventDefinition><timeDuration xsi:type="tFormalExpression">${text}</timeDuration></timerEventDefinition>`;
const wait = (text) => element('intermediateCatchEvent', '', timer(text));
const pause = () => element('intermediateThrowEvent');
// What happens on the border of `block`, and where it leads.
const border = (block, definition, handler, attributes = '') => () => {
  const [from, to] = block();
  const id = fresh('boundary');
  add(`<boundaryEvent id="${id}" attachedToRef="${from}" ${attributes}>${definition}</boundaryEvent>`);
  const [begin, end] = handler();
  flow(id, begin);
  flow(end, element('endEvent')()[0]);
  return [from, to];
};
const failing = (block) => () => {
  const id = fresh('sub');
  const outer = parts;
  parts = [];
  seq(element('startEvent'), block, element('endEvent', '', '<errorEventDefinition errorRef="Wrong"/>'))();
  outer.push(`<subProcess id="${id}">${parts.join('')}</subProcess>`);
  parts = outer;
  return [id, id];
};
const linked = (first, second) => () => {
  const name = fresh('link');
  const [from, out] = first();
  flow(out, element('intermediateThrowEvent', '', `<linkEventDefinition name="${name}"/>`)()[0]);
  const [into] = element('intermediateCatchEvent', '', `<linkEventDefinition name="${name}"/>`)();
  const [begin, to] = second();
  flow(into, begin);
  return [from, to];
};

const HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D" targetNamespace="t"><error id="Wrong" name="Wrong" errorCode="wrong"/>';
const model = (block) => {
  count = 0;
  parts = [];
  seq(element('startEvent'), block, element('endEvent'))();
  return `${HEAD}<process id="P" isExecutable="true">${parts.join('')}</process></definitions>`;
};

const OURS = {
  'a task': task(),
  'every kind of task': seq(task(), user(), manual(), service(), element('sendTask')),
  'ten in a row': seq(...Array.from({ length: 10 }, () => task())),
  'two side by side': par(task(), user()),
  'five side by side': par(task(), user(), seq(task(), task()), manual(), service()),
  'side by side in side by side': par(par(task(), user()), seq(user(), par(task(), task()))),
  'one after another side by side': seq(par(task(), task()), user(), par(user(), user())),
  'the default way': xor(task(), user()),
  'a choice in a choice': xor(seq(task(), xor(user(), task())), user(), manual()),
  'a choice beside a choice': par(xor(task(), user()), xor(user(), task())),
  'both of an inclusive split': or(task(), user()),
  // (it does not wait at an inclusive join for ways of different length)
  'three of an inclusive split': or(task(), task(), task()),
  'inclusive in parallel': par(or(task(), task()), or(user(), user())),
  'a sub-process': inside(seq(task(), user())),
  'sub-processes in sub-processes': inside(seq(task(), inside(seq(user(), inside(task()))))),
  'sub-processes side by side': par(inside(user()), inside(seq(task(), user()))),
  'a split inside a sub-process': seq(inside(par(task(), user())), task()),
  'a choice of sub-processes': xor(inside(task()), inside(user())),
  'three instances at once': user(times(3, false)),
  'three instances in turn': user(times(3, true)),
  'one instance': task(times(1, true)),
  'instances side by side with others': par(user(times(2, false)), task(times(2, true))),
  'a repeated sub-process at once': inside(seq(task(), user()), times(2, false)),
  'a repeated sub-process in turn': inside(seq(task(), user()), times(3, true)),
  'repeated inside repeated': inside(user(times(2, true)), times(2, true)),
  'a repeated sub-process with a split': inside(par(task(), user()), times(2, true)),
  'a timer': seq(task(), wait('PT1H'), task()),
  'two timers, the later one drawn first': par(seq(wait('P2D'), task()), seq(wait('PT5M'), user())),
  'a timer beside a task': par(seq(wait('P1D'), task()), seq(user(), user())),
  'a plain throwing event': seq(task(), pause(), task()),
  'a link': linked(task(), user()),
  'a deadline that is kept': border(user(), timer('P1D'), task()),
  'a deadline that only reminds, and is kept': border(user(), timer('P1D'), task(), 'cancelActivity="false"'),
  'an error that is caught': border(failing(task()), '<errorEventDefinition errorRef="Wrong"/>', user()),
  'an error caught by any': border(failing(seq(task(), user())), '<errorEventDefinition/>', seq(user(), task())),
  'an error that does not come': border(inside(user()), '<errorEventDefinition errorRef="Wrong"/>', task()),
  'a transaction that succeeds': inside(seq(task(), user()), '', 'transaction'),
  'everything at once': seq(user(), par(inside(xor(task(), user()), times(2, true)), seq(wait('PT1H'), user())), service()),
};

// ---- comparing ------------------------------------------------------------------------------

const FLOW = /<(?:\w+:)?sequenceFlow\b[^>]*>/g;
const attribute = (text, name) => text.match(new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`))?.[1];

// Pairs of activities that the flows put in an order: b can be reached from a,
// a not from b.
function orderedPairs(xml, ids) {
  const next = new Map();
  for (const [text] of xml.matchAll(FLOW)) next.set(attribute(text, 'sourceRef'), [...(next.get(attribute(text, 'sourceRef')) ?? []), attribute(text, 'targetRef')]);
  const reached = (from) => {
    const seen = new Set();
    const todo = [...(next.get(from) ?? [])];
    while (todo.length > 0) {
      const id = todo.pop();
      if (seen.has(id)) continue;
      seen.add(id);
      todo.push(...(next.get(id) ?? []));
    }
    return seen;
  };
  const from = new Map(ids.map((id) => [id, reached(id)]));
  return ids.flatMap((a) => ids.filter((b) => from.get(a).has(b) && !from.get(b).has(a)).map((b) => [a, b]));
}

// The same pairs stand the same way round in both, by their first time.
function sameOrder(xml, ours, theirs) {
  return orderedPairs(xml, [...new Set(ours)]).every(([a, b]) => ours.indexOf(a) < ours.indexOf(b) === theirs.indexOf(a) < theirs.indexOf(b));
}

async function ourEngine(file) {
  const trace = join(FOLDER, 'trace.jsonl');
  const run = await minzheng(['bpmn', 'run', file, '--trace', trace], { timeoutSeconds: 20 });
  const lines = run.code <= 1 ? readFileSync(trace, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
  return { ...run, lines, activities: lines.filter((line) => line.event === 'leave' && isActivity(line.type)).map((line) => line.element) };
}

const sorted = (list) => [...list].sort().join(' ');

for (const [name, block] of Object.entries(OURS))
  test(`the same in both engines: ${name}`, async () => {
    const xml = model(block);
    const file = join(FOLDER, 'model.bpmn');
    writeFileSync(file, xml);
    const ours = await ourEngine(file);
    const theirs = await otherEngine(xml);
    assert.equal(ours.code, 0, ours.stderr);
    assert.ok(theirs.done, theirs.failed?.message ?? 'the other engine waits');
    assert.ok(theirs.activities.length > 0);
    assert.equal(sorted(ours.activities), sorted(theirs.activities));
    assert.ok(sameOrder(xml, ours.activities, theirs.activities), `${ours.activities}\n${theirs.activities}`);
  });

test('the same in both engines: two pools that write to each other', async () => {
  const file = join(ROOT, 'tests/bpmn/pools.bpmn');
  const [ours, theirs] = [await ourEngine(file), await otherEngine(readFileSync(file, 'utf8'))];
  assert.equal(ours.code, 0, ours.stderr);
  assert.ok(theirs.done, theirs.failed?.message);
  assert.equal(sorted(ours.activities), 'answer answered ask think');
  assert.equal(sorted(ours.activities), sorted(theirs.activities));
});

test('the comparison can fail', () => {
  const xml = model(seq(task(), user()));
  assert.equal(sameOrder(xml, ['task2', 'userTask3'], ['task2', 'userTask3']), true);
  assert.equal(sameOrder(xml, ['task2', 'userTask3'], ['userTask3', 'task2']), false);
});

// ---- models of other engines' tests -------------------------------------------------------------

const MODELS = process.env.BPMN_MODELS ?? join(ROOT, '../shared/bpmn-models');
const modelsBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? modelsBelow(path) : /\.bpmn$|\.bpmn20\.xml$/.test(entry.name) ? [path] : [];
  }).sort();

// Of every model: it ends, waits, or says in one line what it lacks.
test('other engines\' models end, wait, or say what they lack', async () => {
  if (!existsSync(MODELS)) return console.log('left out: no models at BPMN_MODELS or beside the checkout');
  const all = modelsBelow(MODELS);
  const chosen = process.env.BPMN_ALL ? all : all.filter((_, i) => i % 6 === 0);
  const answers = { 0: 0, 1: 0, 3: 0 };
  let same = 0;
  for (const file of chosen) {
    const ours = await ourEngine(file);
    assert.ok(ours.code in answers, `${file}: ${ours.code} ${ours.stderr}`);
    answers[ours.code]++;
    if (ours.code === 3) assert.match(ours.stderr, /^minzheng: \S.*\S\n/, file);
    if (ours.code !== 0) continue;
    const xml = readFileSync(file, 'utf8');
    const theirs = await otherEngine(xml);
    same += theirs.done && sorted(ours.activities) === sorted(theirs.activities) && sameOrder(xml, ours.activities, theirs.activities) ? 1 : 0;
  }
  console.log(`${chosen.length} models: ${answers[0]} end, ${answers[1]} wait, ${answers[3]} say what they lack; ${same} the same in bpmn-engine`);
  assert.ok(same >= 30, `${same} are the same`);
});
