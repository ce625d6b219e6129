// p50 and p99 of the calls that the portals' pages make, on the district of
// 100,000 people, with 1 and with 32 connections; each beside a plain SQLite query
// of the same primary rows by as many threads in the same run (bench/queries.c).
//
// What a page does beyond its query: HTTP, session and permission, reading what
// hangs on the rows, opening sealed fields, JSON, and where people are shown an
// entry in the log that is on disk before the reply leaves.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startServer } from '../tests/support/server.mjs';
import { TINY, TOOLS, check, copyStore, head, httpRequest, keptDemo, load, machine, row, signIn, tool } from './common.mjs';

const PEOPLE = TINY ? 5000 : 100000; // in a smaller one nobody with an account has little money
const CONNECTIONS = TINY ? [2] : [1, 32];
const TIMES = TINY ? 2 : 25; // a connection
const TIMES_ALONE = TINY ? 2 : 200;
const RESIDENTS = 12;

const source = await keptDemo(`demo-${PEOPLE}`, ['--people', String(PEOPLE)]);
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const db = copyStore(source, folder);

async function get(url, session, path) {
  const reply = await fetch(url + path, { headers: { Cookie: session.cookie } });
  const text = await reply.text();
  check(reply.status === 200, `GET ${path} answers 200: ${reply.status} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

const server = await startServer({ db, args: ['--quiet'] });
const who = {};
let address = 10;
for (const login of ['clerk', 'district', 'leader', 'cashier']) who[login] = await signIn(server.url, login, `127.0.0.${address++}`);

// The resident with a case; cases of the clerk's subdistrict, decided ones for the decision.
const cases = (await get(server.url, who.clerk, '/api/cases?limit=100')).items;
const decided = cases.filter((item) => ['approved', 'refused'].includes(item.outcome));
check(cases.length > 0 && decided.length > 0, `the clerk has cases (${cases.length}) and decided ones (${decided.length})`);
let mine;
for (let i = 1; i <= RESIDENTS && !mine?.items.length; i++) {
  who.resident = await signIn(server.url, i > 1 ? `resident${i}` : 'resident', `127.0.0.${address++}`);
  mine = await get(server.url, who.resident, '/api/me/cases');
}
check(mine.items.length > 0, 'one of the residents who can sign in has a case');
const subdistrict = cases[0].division.slice(0, 9);
const session = await get(server.url, who.resident, '/api/session');
const list = (items) => items.map((item) => item.id).join(',');

const PAGES = [
  { name: 'tasks', as: 'clerk', paths: ['/api/tasks'], filled: (body) => body.items.length > 0,
    sql: `SELECT k.*, f.number, f.applicant FROM case_task k JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE k.state = 'open' AND k.role = 'clerk' AND k.division LIKE '${subdistrict}%' ORDER BY k.due_on, k.id LIMIT 50` },
  { name: 'cases', as: 'district', paths: ['/api/cases'], filled: (body) => body.items.length > 0,
    sql: `SELECT * FROM case_file ORDER BY applied_at DESC, id DESC LIMIT 50` },
  { name: 'case', as: 'clerk', paths: cases.map((item) => `/api/cases/${item.id}`), filled: (body) => body.summary.number !== '',
    sql: `SELECT * FROM case_file WHERE id = ${cases[0].id}` },
  { name: 'case decision', as: 'clerk', paths: decided.map((item) => `/api/cases/${item.id}/decision`), filled: (body) => body.reasons.length > 0,
    sql: `SELECT * FROM decision_record WHERE district = 110102 AND case_id = ${decided[0].id} ORDER BY id DESC LIMIT 1` },
  { name: 'case household', as: 'clerk', paths: cases.map((item) => `/api/cases/${item.id}/household`), filled: (body) => body.members.length > 0,
    sql: `SELECT p.*, r.* FROM case_party p JOIN person_record r ON r.district = p.person_district AND r.person = p.person AND r.superseded_at IS NULL AND r.valid_to IS NULL WHERE p.district = 110102 AND p.case_id = ${cases[0].id}` },
  { name: 'my cases', as: 'resident', paths: ['/api/me/cases'], filled: (body) => Array.isArray(body.items) && body.items.length === mine.items.length,
    sql: `SELECT f.* FROM case_party p JOIN case_file f ON f.district = p.district AND f.id = p.case_id WHERE p.person_district = 110102 AND p.person = ${session.person} ORDER BY f.applied_at DESC` },
  { name: 'my household', as: 'resident', paths: ['/api/me/household'], filled: (body) => body.members.length > 0,
    sql: `SELECT r.* FROM household_member a JOIN household_member m ON m.district = a.district AND m.household = a.household AND m.superseded_at IS NULL AND m.valid_to IS NULL JOIN person_record r ON r.district = m.district AND r.person = m.person AND r.superseded_at IS NULL AND r.valid_to IS NULL WHERE a.district = 110102 AND a.person = ${session.person} AND a.superseded_at IS NULL AND a.valid_to IS NULL` },
  { name: 'board', as: 'leader', paths: ['/api/board'], filled: (body) => body.divisions.length > 0 && body.numbers.length > 0,
    sql: `SELECT substr(g.division, 1, 9), sum(g.n) FROM (SELECT division, count(*) AS n FROM household GROUP BY division) g GROUP BY 1` },
  { name: 'batches', as: 'cashier', paths: ['/api/payments/batches'], filled: (body) => body.items.length > 0,
    sql: `SELECT * FROM payment_batch WHERE district = 110102 ORDER BY month DESC` },
];

machine();
console.log(`people in the store: ${PEOPLE}; cases on the pages: ${list(cases).split(',').length}`);
const file = join(folder, 'queries');
writeFileSync(file, PAGES.map((page) => `${page.name}\t${page.sql}\n`).join(''));

for (const connections of CONNECTIONS) {
  const times = connections === 1 ? TIMES_ALONE : TIMES;
  const plain = JSON.parse(await tool('queries', [db, connections, times, file]));
  console.log(`\n${connections} connections`);
  head('plain SQLite');
  for (const page of PAGES) {
    check(plain[page.name].rows > 0, `the plain query of ${page.name} finds rows`);
    const requests = Array.from({ length: connections * times }, (_, k) => httpRequest(server.url, who[page.as], 'GET', page.paths[k % page.paths.length]));
    const run = await load(server.url, connections, requests, folder);
    for (const reply of run.replies) {
      check(reply.status === 200, `${page.name} answers 200: ${reply.status} ${reply.body.slice(0, 300)}`);
      check(page.filled(JSON.parse(reply.body)), `${page.name} has content: ${reply.body.slice(0, 300)}`);
    }
    row(`${page.name}, p50`, run.p50_ms, 'ms', plain[page.name].p50_ms);
    row(`${page.name}, p99`, run.p99_ms, 'ms', plain[page.name].p99_ms, `${Math.round(run.requests / run.seconds)} /s`);
  }
}
check((await server.stop()).code === 0, 'the server ends well');
