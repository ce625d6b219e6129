// Durable case submissions a second over HTTP, beside raw SQLite inserts of the
// very same rows with the same durability (bench/rows.c).
//
// Forms are those that distinct households of a demonstration would send, so each
// submission checks a form, computes facts, opens a case, starts its process,
// seals, and writes evidence.  Sessions are opened before the clock starts.
// Afterwards every acknowledged case is in the store, and the raw table has the
// same rows by count and digest.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startServer } from '../tests/support/server.mjs';
import { TINY, TOOLS, check, copyStore, head, httpRequest, keptDemo, load, machine, processorMs, row, signIn, tool } from './common.mjs';

const PEOPLE = TINY ? 500 : 20000;
const EACH = TINY ? 12 : 1200; // submissions a run
const CONNECTIONS = TINY ? [1, 4] : [1, 8, 32];
const GROUP = 32;
const CLERKS = TINY ? 2 : 32; // the server limits what one account may write in a minute

const source = await keptDemo(`no-cases-${PEOPLE}`, ['--people', String(PEOPLE), '--no-cases']);
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

machine();
console.log(`people in the store: ${PEOPLE}; submissions in each run: ${EACH}`);
head('raw SQLite');

for (const connections of CONNECTIONS) {
  // The store with its clerks is what the raw copies start from as well.
  const base = copyStore(source, join(folder, 'base'));
  const bodies = (await tool('applications', [base, CLERKS, EACH])).trimEnd().split('\n');
  check(bodies.length === EACH, `${EACH} applications can be made (${bodies.length})`);
  const after = copyStore(base, join(folder, 'after'));
  const server = await startServer({ db: after, args: ['--quiet'] });
  const sessions = [];
  for (let i = 0; i < CLERKS; i++) sessions.push(await signIn(server.url, `bench-${i}`, `127.0.0.${10 + i}`));
  const requests = bodies.map((body, k) => httpRequest(server.url, sessions[k % CLERKS], 'POST', '/api/cases', body));
  const before = processorMs(server.pid);
  const run = await load(server.url, connections, requests, folder);
  const serverMs = processorMs(server.pid) - before;
  for (const reply of run.replies) check(reply.status === 201, `a submission is accepted: ${reply.status} ${reply.body.slice(0, 400)}`);
  const acknowledged = run.replies.map((reply) => JSON.parse(reply.body).id);
  check((await server.stop()).code === 0, 'the server ends well');

  const raw = JSON.parse(await tool('rows', [base, after, copyStore(base, join(folder, 'single')), copyStore(base, join(folder, 'grouped')), GROUP]));
  const stored = new Set(raw.cases);
  check(raw.submissions === EACH, `the store has ${EACH} new cases (${raw.submissions})`);
  for (const id of acknowledged) check(stored.has(id), `the acknowledged case ${id} is in the store`);
  check(new Set(acknowledged).size === EACH, 'every submission has a case of its own');

  const rate = EACH / run.seconds;
  row(`${connections} connections, a transaction each`, rate, '/s', EACH / raw.single_seconds, `p50 ${run.p50_ms.toFixed(1)} ms, p99 ${run.p99_ms.toFixed(1)} ms`);
  row(`${connections} connections, ${GROUP} a transaction`, rate, '/s', EACH / raw.grouped_seconds,
    `processor: server ${(serverMs / EACH).toFixed(2)} ms each, client ${((run.client_cpu_seconds * 100000) / (serverMs + run.client_cpu_seconds * 1000)).toFixed(0)} %`);
  if (connections === CONNECTIONS.at(-1))
    console.log(`rows: ${raw.rows} (${(raw.rows / EACH).toFixed(1)} and ${(raw.bytes / EACH / 1024).toFixed(1)} KiB a submission); equal, SHA-256 ${raw.sha256.slice(0, 16)}…`);
}
