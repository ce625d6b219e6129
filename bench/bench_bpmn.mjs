// Process instances start → service → gateway → user task completed → end, in
// memory, beside the npm package bpmn-engine on the same file, in one run.  Both
// are counted by the processor's time of one thread, for the machine is shared.
// Then the same through the store, two commits an instance, beside raw SQLite that
// writes the same rows with the same commits (by the clock: the disk's).

import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Engine } from 'bpmn-engine';
import { BpmnModdle } from 'bpmn-moddle';

import { ROOT } from '../tests/support/cli.mjs';
import { TINY, check, head, machine, row, tool } from './common.mjs';

const FILE = join(ROOT, 'bench/process.bpmn');
const OURS = TINY ? 2000 : 2000000;
const THEIRS = TINY ? 5 : 300;

// It has no comparisons in expressions: the answer is a variable.  The file is
// read once.
const source = readFileSync(FILE, 'utf8').replace('${amount > 100}', '${environment.variables.large}');
const moddleContext = await new BpmnModdle().fromXML(source);

// One instance; its activities in order.
function other() {
  const done = [];
  const listener = new EventEmitter();
  listener.on('activity.end', (api) => done.push(api.id));
  listener.on('activity.wait', (api) => api.signal({ outcome: '同意' }));
  const engine = new Engine({ name: 'bench', moddleContext, variables: { large: true, amount: 120, applicant: '张三' }, settings: { enableDummyService: true } });
  return new Promise((resolve, reject) => engine.execute({ listener }, (error) => (error ? reject(error) : resolve(done))));
}

async function theirs(count) {
  const cpu = process.cpuUsage();
  const from = process.hrtime.bigint();
  for (let i = 0; i < count; i++) {
    const done = (await other()).join(' ');
    check(done === 'Start Check Way Approve End', `bpmn-engine: ${done}`);
  }
  const used = process.cpuUsage(cpu);
  return { count, wall: Number(process.hrtime.bigint() - from) / 1e9, cpu: (used.user + used.system) / 1e6 };
}

const ours = JSON.parse(await tool('processes', [FILE, OURS]));
const beside = await theirs(THEIRS);

machine();
head('bpmn-engine');
row('instances a core-second, in memory', ours.count / ours.cpu, '/s', beside.count / beside.cpu, `${ours.count} and ${beside.count} instances`);
row('  by the clock', ours.count / ours.seconds, '/s', beside.count / beside.wall);
row('with each state written and read as JSON', ours.stored_count / ours.stored_cpu, '/s', beside.count / beside.cpu);
row('one step, in memory', (ours.cpu / ours.count / 3) * 1e6, 'us');
console.log(`state while the task waits: ${ours.state_bytes} bytes`);

const DURABLE = TINY ? 64 : 32000;
const stored = JSON.parse(await tool('durable', [FILE, DURABLE]));
head('raw SQLite');
row('durable, one after the other', stored.single_count / stored.single_seconds, '/s', stored.single_count / stored.raw_single_seconds, 'two commits an instance');
row(`durable, ${stored.threads} at once (group commit)`, stored.group_count / stored.group_seconds, '/s', stored.group_count / stored.raw_group_seconds, `raw: ${stored.group} steps a commit`);
