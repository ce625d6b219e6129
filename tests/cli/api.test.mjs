// The doors of the API: what every route refuses, and that a refusal is a
// problem (RFC 9457) in the asked language and leaves nothing behind.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask, cookieOf, must, PASSWORD, signIn } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { minzheng, ROOT } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';
import { storeCounts } from '../support/store.mjs';

const api = JSON.parse(readFileSync(join(ROOT, 'src/server/api.json'), 'utf8'));
const guarded = api.routes.filter((route) => route.who !== 'public');
const writes = api.routes.filter((route) => route.write);
const jsonBodies = writes.filter((route) => route.body && route.body !== 'binary');
const LOGINS = {
  community: 'community', clerk: 'clerk', reviewer: 'reviewer', decider: 'decider', district_clerk: 'district',
  district_decider: 'district-decider', cashier: 'cashier', finance: 'finance', policy: 'policy', leader: 'leader',
  auditor: 'auditor', resident: 'resident', city: 'city',
};
const STRANGE_IDS = ['0', '-1', '1e99', '%2e%2e%2f', '9223372036854775808', '99999999999999999999', 'x', '%00', '1%20', '%F0%28%8C%28', "1'--"];

const PAGE = readFileSync(join(ROOT, 'tests/fuzz/corpus/fuzz_doc_media/page.pdf')); // the smallest whole PDF

let server;
let db;
let caseId;
let taskId;
let batchId;
const sessions = new Map();
async function as(login) {
  if (!sessions.has(login)) sessions.set(login, patient(await signIn(server.url, login)));
  return sessions.get(login);
}
// Hundreds of writes a second of one account are slowed down: wait and try again.
function patient(session) {
  const { call } = session;
  const again = async (...args) => {
    for (;;) {
      const answer = await call(...args);
      if (answer.body?.code !== 'api.rate') return answer;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  return {
    ...session,
    call: again,
    get: (path, headers) => again('GET', path, undefined, headers),
    post: (path, body, headers) => again('POST', path, body, headers),
  };
}
let asking;
const waiting = async () => (asking ??= await applicants(server.url)); // signing all of them in takes the address's allowance
const forRoute = (route) => {
  const role = ['signed', 'token'].includes(route.who) ? 'clerk' : route.who.split(',')[0];
  return as(LOGINS[role]);
};
const pathOf = (route, values = {}) =>
  route.path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? { matter: 'dibao', case: caseId, task: taskId, batch: batchId, file: 'decision.dmn' }[name] ?? '77');

// A body that has the right shape, so that only the thing under test is wrong.
function bodyOf(route) {
  if (!route.body) return undefined;
  if (route.body === 'binary') return PAGE;
  const example = (text) => {
    const core = text.replace(/\?$/, '').replace(/\(.*/, '');
    if (core.includes('|')) return core.split('|')[0];
    return { id: '77', date: '2026-11-24', instant: '2026-11-24T10:00:00+08:00', bool: true, json: {}, string: 'x', int: Number(/^int\((\d+)\.\./.exec(text)?.[1] ?? 1), fen: 100, month: '2026-11' }[core];
  };
  return Object.fromEntries(Object.entries(api.types[route.body]).filter(([key]) => key !== 'comment').map(([key, type]) => [key, example(type)]));
}

function isProblem(answer, lang = 'zh', where = '') {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, `${where} ${answer.status} ${answer.text.slice(0, 200)}`);
  const { body } = answer;
  assert.equal(body.status, answer.status, where);
  for (const name of ['type', 'title', 'detail', 'code']) assert.ok(typeof body[name] === 'string' && body[name], `${where}: ${name} of ${answer.text}`);
  assert.match(body.type, /^urn:minzheng:problem:/);
  const chinese = /\p{Script=Han}/u;
  assert.equal(chinese.test(body.title), lang === 'zh', `${where}: ${body.title}`);
  assert.equal(chinese.test(body.detail.replace(/[“"].*?[”"]/gu, '')), lang === 'zh', `${where}: ${body.detail}`);
  assert.doesNotMatch(answer.text, /sqlite|SELECT|\.c:\d/i, where);
}

// Rows of every table but those that a refused call may write: sessions, and the log of who looked.
const MAY_GROW = /^(session|log_|access_|sqlite_)/;
const counts = () => Object.fromEntries(Object.entries(storeCounts(db)).filter(([name]) => !MAY_GROW.test(name)));
let start;

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  const clerk = await as('clerk');
  const { items } = await must(clerk.get('/api/tasks?limit=50'));
  ({ case: caseId, id: taskId } = items[0]);
  batchId = (await must((await as('cashier')).get('/api/payments/batches'))).items[0].id;
  // the sweeper first does what fell due since the demonstration was made
  for (let still = 0; still < 4; ) {
    const before = JSON.stringify(counts());
    await new Promise((resolve) => setTimeout(resolve, 700));
    still = JSON.stringify(counts()) === before ? still + 1 : 0;
  }
  start = counts();
});
after(() => server?.stop());

for (const route of guarded)
  test(`${route.id}: without a session 401, in the asked language`, async () => {
    for (const lang of ['zh', 'en']) {
      const answer = await ask(`${server.url}${pathOf(route)}`, {
        method: route.method, body: bodyOf(route), headers: { 'Accept-Language': lang === 'zh' ? 'zh-CN,zh;q=0.9' : 'en-GB,en;q=0.9' },
      });
      assert.equal(answer.status, 401);
      isProblem(answer, lang, route.id);
    }
    const forged = await ask(`${server.url}${pathOf(route)}`, { method: route.method, body: bodyOf(route), headers: { Cookie: `mz_session=${'A'.repeat(43)}` } });
    assert.equal(forged.status, 401);
  });

for (const route of guarded.filter(({ who }) => who !== 'signed' && who !== 'token'))
  test(`${route.id}: another role 403`, async () => {
    const allowed = route.who.split(',');
    const others = Object.keys(LOGINS).filter((role) => !allowed.includes(role));
    assert.ok(others.length > 0);
    for (const role of others.slice(0, 3)) {
      const answer = await (await as(LOGINS[role])).call(route.method, pathOf(route), bodyOf(route));
      assert.equal(answer.status, 403, `${role}: ${answer.text.slice(0, 200)}`);
      isProblem(answer, 'zh', route.id);
    }
  });

for (const route of writes.filter(({ who }) => who !== 'public' && who !== 'signed')) {
  test(`${route.id}: without the page's token, or with another, 403`, async () => {
    const who = await forRoute(route);
    for (const token of ['', 'x', (await as('clerk2')).csrf]) {
      const answer = await who.call(route.method, pathOf(route), bodyOf(route), { 'X-CSRF-Token': token });
      assert.equal(answer.status, 403);
      assert.equal(answer.body.code, 'api.csrf');
      isProblem(answer, 'zh', route.id);
    }
  });
  test(`${route.id}: from another site 403`, async () => {
    const who = await forRoute(route);
    for (const headers of [{ Origin: 'https://example.org' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }]) {
      const answer = await who.call(route.method, pathOf(route), bodyOf(route), headers);
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(answer.body.code, 'api.origin');
    }
  });
}

for (const route of jsonBodies)
  test(`${route.id}: bodies that are none`, async () => {
    const who = await forRoute(route);
    const path = pathOf(route);
    const send = (body, type = 'application/json') => who.call(route.method, path, body, { 'Content-Type': type });
    for (const [what, body, status] of [
      ['nothing', '', 400], ['half', '{"a":', 400], ['text', 'hello', 400], ['list', '[]', 400], ['number', '7', 400], ['null', 'null', 400],
      ['twice', '{"reason":"a","reason":"b"}', 400], ['deep', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 400],
      ['lists', '['.repeat(100000), 400], ['bytes', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
      ['surrogate', '{"a":"\\ud800"}', 400], ['tail', '{} {}', 400], ['NUL', '{"a":"\\u0000"}', 400],
    ]) {
      const answer = await send(body);
      assert.equal(answer.status, status, `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
      isProblem(answer, 'zh', `${route.id} ${what}`);
    }
    for (const type of ['text/plain', 'application/xml', 'application/jsonx', 'multipart/form-data; boundary=x']) {
      const answer = await send('{}', type);
      assert.equal(answer.status, 415, type);
      isProblem(answer, 'zh', `${route.id} ${type}`);
    }
    for (const hidden of ['\u202e', '\u2066', '\u200b', '\ufeff'])
      for (const [key] of Object.entries(api.types[route.body]).filter(([, type]) => type.replace('?', '') === 'string')) {
        const answer = await who.call(route.method, path, { ...bodyOf(route), [key]: `张${hidden}三` });
        assert.equal(answer.status, 422, `${key}: ${answer.text.slice(0, 200)}`);
        assert.equal(answer.body.code, 'api.field_characters');
        assert.equal(answer.body.where, key);
        isProblem(answer, 'zh', `${route.id} ${key}`);
      }
    const fields = Object.entries(api.types[route.body]).filter(([key]) => key !== 'comment');
    const good = bodyOf(route);
    const unknown = await who.call(route.method, path, { ...good, surprise: 1 });
    assert.equal(unknown.status, 422);
    assert.equal(unknown.body.code, 'api.field_unknown');
    assert.equal(unknown.body.where, 'surprise');
    for (const [key, type] of fields.filter(([, kind]) => !kind.startsWith('json'))) {
      const otherType = type.startsWith('int') ? ['7', 1.5, -1] : type.startsWith('fen') ? ['7', 1.5] : [7];
      for (const wrong of [...otherType, [], {}, type.startsWith('bool') ? 'true' : true]) {
        const answer = await who.call(route.method, path, { ...good, [key]: wrong });
        assert.equal(answer.status, 422, `${key}=${JSON.stringify(wrong)}: ${answer.status} ${answer.text.slice(0, 200)}`);
        assert.equal(answer.body.where, key);
        isProblem(answer, 'zh', `${route.id} ${key}`);
      }
      if (!type.endsWith('?')) {
        const { [key]: _, ...rest } = good;
        const answer = await who.call(route.method, path, rest);
        assert.equal(answer.status, 422, `without ${key}`);
        assert.equal(answer.body.code, 'api.field_missing');
      }
      const bad = { month: ['2026-13', '2026', 'x'], date: ['2026-02-30', '20260101', '2026-13-01', 'gestern'], instant: ['2026-11-24T25:00:00Z', 'now'], id: ['x', '-1', '1e9'] }[type.replace('?', '')] ?? (type.includes('|') ? ['x', 'Portal'] : []);
      for (const wrong of bad) {
        const answer = await who.call(route.method, path, { ...good, [key]: wrong });
        assert.equal(answer.status, 422, `${key}=${wrong}`);
        assert.equal(answer.body.where, key);
      }
    }
  });

for (const route of api.routes.filter(({ path }) => path.includes('{')))
  test(`${route.id}: strange ids`, async () => {
    const who = route.who === 'public' || route.who === 'token' ? await as('clerk') : await forRoute(route);
    for (const name of [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])) {
      for (const id of STRANGE_IDS) {
        const answer = await who.call(route.method, pathOf(route, { [name]: id }) + (route.query?.name ? '?name=a.pdf' : route.query?.purpose === 'string' ? '?purpose=enquiry' : ''), bodyOf(route), route.etag ? { 'If-Match': '"1"' } : {});
        assert.ok([400, 404, 422, ...(route.who === 'token' ? [401] : [])].includes(answer.status), `${name}=${id}: ${answer.status} ${answer.text.slice(0, 200)}`);
        isProblem(answer, 'zh', `${route.id} ${id}`);
      }
    }
  });

// What a kind of parameter does not take; `string` takes anything that can be read.
const HIDDEN = ['%E5%BC%A0%E2%80%AE', '%E2%81%A6x', 'a%E2%80%8Bb', '%EF%BB%BF'];
const WRONG = {
  int: ['x', '1.5', '', '-1', '0', '201', '99999999999', '99999999999999999999', '1e2', '+5', '%20'], bool: ['yes', '1', ''], date: ['2026-02-30', 'x'], instant: ['yesterday', '2026-13-01T00:00:00Z'],
  id: ['x', '-1'], division: ['abc', 'zz', '', '1', '1101021', '-11', "110102'--", '1101020200011'], month: ['2026-13', 'x', '2026-1', '', '99999-01'], code: ['x', 'Portal', ''],
  string: HIDDEN,
};
/* A value for each parameter that a route asks for. */
const neededBy = (route) => Object.fromEntries(Object.entries(route.query ?? {}).filter(([, type]) => !type.endsWith('?'))
  .map(([name, type]) => [name, type.includes('|') ? type.split('|')[0] : { name: 'a.pdf', purpose: 'enquiry', userCode: '110102199001010015', from: '2026-01', to: '2026-02', month: '2026-01' }[name]]));
const kindOf = (type) => type.includes('|') ? 'code' : type.replace(/\?$/, '').replace(/\(.*/, '');
for (const route of api.routes) {
  test(`${route.id}: parameters that it does not take, and values of the wrong form`, async () => {
    const who = route.who === 'public' || route.who === 'token' ? await as('clerk') : await forRoute(route);
    const needed = neededBy(route);
    const refused = async (name, code, text) => {
      const answer = await who.call(route.method, `${pathOf(route)}?${text}`, bodyOf(route));
      assert.equal(answer.status, 422, `${text.slice(0, 40)}: ${answer.status} ${answer.text.slice(0, 200)}`);
      isProblem(answer, 'zh', `${route.id} ${name}`);
      assert.equal(answer.body.where, name);
      if (code) assert.equal(answer.body.code, code);
    };
    const query = (more) => Object.entries({ ...needed, ...more }).map(([key, text]) => `${key}=${text}`).join('&');
    await refused('surprise', 'api.query_unknown', query({ surprise: '1' }));
    await refused('surprise', 'api.query_unknown', `${query({ meanwhile: '' }).replace('meanwhile=', 'surprise')}`);
    for (const [name, type] of Object.entries(route.query ?? {})) {
      assert.ok(kindOf(type) in WRONG, `${route.id}.${name}: ${type} has no list of wrong values`);
      const [, low, high] = /^int\((\d+)\.\.(\d+)\)/.exec(type) ?? [];
      const fits = (value) => high !== undefined && /^\d+$/.test(value) && Number(value) >= Number(low) && Number(value) <= Number(high);
      for (const value of WRONG[kindOf(type)].filter((one) => !fits(one))) await refused(name, type.startsWith('string') ? 'api.field_characters' : 'api.query_value', query({ [name]: value }));
      await refused(name, 'api.query_value', query({ [name]: '%FF%FE' }));
      await refused(name, 'api.query_twice', `${query({ [name]: { int: low ?? '5', bool: 'true', date: '2026-01-01', instant: '2026-01-01T00:00:00Z', id: '7', division: '110102', month: '2026-01', code: type.split('|')[0], string: 'enquiry' }[kindOf(type)] })}&${name}=`);
    }
    // words that only the capability behind knows
    const known = { cursor: ['x', '-', '../..', 'A'.repeat(3000)], state: kindOf(route.query?.state ?? '') === 'string' ? ['none_such', "x'--"] : [],
      purpose: route.query?.purpose === 'string' ? ['none_such', ''] : [] }; // of a case it is asked once the case is seen
    for (const [name, values] of Object.entries(known))
      for (const value of route.query?.[name] ? values : []) await refused(name, null, query({ [name]: value }));
  });
}

test('a body over the ceiling is 413, and who sends all of it reads the answer', async () => {
  const clerk = await as('clerk');
  for (const [path, body] of [
    ['/api/cases', `{"matter":"${'x'.repeat(1 << 20)}"}`],
    [`/api/cases/${caseId}/papers?name=a.pdf`, Buffer.alloc(12 << 20, 'x')],
    [`/api/cases/${caseId}/papers?name=a.pdf`, Buffer.alloc(40 << 20, 'x')],
  ])
    for (let again = 0; again < 3; again++) {
      const answer = await clerk.post(path, body, path === '/api/cases' ? { 'Content-Type': 'application/json' } : {});
      assert.equal(answer.status, 413, `${path} ${body.length}`);
      isProblem(answer);
    }
});

test('papers that are none, cut off or of no kind are refused, and say why', async () => {
  const clerk = await as('clerk');
  const send = (name, content, kind = '') => clerk.post(`/api/cases/${caseId}/papers?name=${encodeURIComponent(name)}${kind && `&kind=${encodeURIComponent(kind)}`}`, content);
  const seed = (file) => readFileSync(join(ROOT, 'tests/fuzz/corpus/fuzz_doc_media', file));
  const half = (file) => seed(file).subarray(0, seed(file).length >> 1);
  for (const [name, content, code, kind] of [
    ['a.pdf', 'MZ\x90\0', 'archive.type'], ['a.pdf', '<svg onload=alert(1)>', 'archive.type'], ['a.html', '<script>', 'archive.type'], ['a.png', '', 'archive.empty'],
    ['', PAGE, 'archive.name'], ['x'.repeat(600), PAGE, 'archive.name'], ['../a.pdf', PAGE, 'archive.name'],
    ['a.pdf', '%PDF-1.4\n', 'archive.cut'], ['a.pdf', half('page.pdf'), 'archive.cut'], ['a.png', half('pixel.png'), 'archive.cut'], ['a.jpg', half('pixel.jpg'), 'archive.cut'],
    ['a.pdf', '%PDF-1.4\n%%EOF\n', 'archive.damaged'], ['a.jpg', '\xff\xd8\xff\xe0\0\x01', 'archive.damaged'],
    ['a.pdf', PAGE, 'case.paper_kind', 'selfie'], ['a.pdf', PAGE, 'case.paper_kind', '身份证'], ['a.pdf', PAGE, 'case.paper_kind', 'id_cards,other'], ['a.pdf', PAGE, 'case.paper_kind', 'x'.repeat(500)],
  ]) {
    const answer = await send(name, typeof content === 'string' ? Buffer.from(content, 'latin1') : content, kind);
    assert.equal(answer.status, 422, `${name.slice(0, 10)}: ${answer.status} ${answer.text}`);
    isProblem(answer);
    assert.equal(answer.body.code, code);
    if (kind) assert.equal(answer.body.where, 'kind');
  }
});

for (const route of api.routes.filter((one) => !one.body))
  test(`${route.id}: no content is asked for; {} is none, more is refused`, async () => {
    const who = await (route.who === 'public' || route.who === 'token' ? as('clerk') : forRoute(route));
    const send = (body, type) => who.call(route.method, pathOf(route, { case: '77', batch: '77', task: '77', draft: '77' }), body, type ? { 'Content-Type': type } : {});
    if (route.method !== 'GET' && route.id !== 'session_close') // Node sends no content with a GET
      for (const [body, type] of [['{}', 'application/json'], [' {\n} ', 'application/json'], ['{}', undefined]]) {
        const answer = await send(body, type);
        assert.ok(![400, 413, 415].includes(answer.status), `${answer.status} ${answer.text}`);
      }
    if (route.method !== 'GET')
      for (const body of ['{"a":1}', 'null', '[]', '{', 'x'.repeat(5000)]) {
        const answer = await send(body, 'application/json');
        assert.equal(answer.status, 400, answer.text);
        assert.equal(answer.body.code, 'api.no_body');
        isProblem(answer);
      }
  });

test('addresses, methods and requests that are none', async () => {
  for (const path of ['/api/', '/api/none', '/api/cases/1/2/3', '/api//cases', '/../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/desk/../../etc/passwd', '/assets/none.js']) {
    const answer = await ask(`${server.url}${path}`);
    assert.equal(answer.status, 404, path);
  }
  for (const method of ['PATCH', 'DELETE', 'PUT']) {
    const answer = await ask(`${server.url}/api/meta`, { method });
    assert.equal(answer.status, 405, method);
    isProblem(answer);
  }
  const raw = (text) => new Promise((resolve) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let got = '';
    socket.on('data', (data) => (got += data));
    socket.on('error', () => resolve(got));
    socket.on('close', () => resolve(got));
    setTimeout(() => socket.destroy(), 1500);
  });
  for (const text of ['nonsense\r\n\r\n', 'GET\r\n\r\n', 'GET /api/meta HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(100000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n', 'POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `GET /api/meta HTTP/1.1\r\nHost: x\r\nX: ${'b'.repeat(200000)}\r\n\r\n`, '\0\0\0\0'])
    assert.doesNotMatch(await raw(text), /^HTTP\/1\.1 200/, JSON.stringify(text.slice(0, 40)));
  assert.equal((await ask(`${server.url}/api/meta`)).status, 200);
});

test('another division sees and does nothing', async () => {
  const other = await as('clerk3');
  for (const path of ['', '/events', '/household', '/verification', '/decision', '/process', '/receipts']) {
    const answer = await other.get(`/api/cases/${caseId}${path}`);
    assert.ok([403, 404].includes(answer.status), `${path}: ${answer.status}`);
  }
  for (const [path, body] of [['/claim'], ['/release'], ['/complete', { outcome: '受理' }]]) {
    const answer = await other.post(`/api/tasks/${taskId}${path}`, body);
    assert.ok([403, 404].includes(answer.status), `${path}: ${answer.status}`);
  }
  const resident = await as('resident');
  assert.equal((await resident.get(`/api/cases/${caseId}`)).status, 404, "a resident does not learn whether somebody's case exists");
  const withdraw = await resident.post(`/api/cases/${caseId}/withdraw`, { reason: 'x' }, { 'If-Match': '"1"' });
  assert.ok([403, 404].includes(withdraw.status), withdraw.text);
  const { items } = await must(other.get('/api/cases?limit=100'));
  assert.ok(items.every((item) => item.division.startsWith((other.session.roles[0].division))), 'the list holds only its own');
});

test('a person is looked up with a purpose only', async () => {
  const clerk = await as('clerk');
  const { person } = (await as('resident')).session;
  assert.equal((await clerk.get(`/api/persons/${person}/household`)).status, 422);
  for (const purpose of ['', 'curiosity', 'x'.repeat(500)]) {
    const look = await clerk.get(`/api/persons/${person}/household?purpose=${purpose}`);
    assert.ok([403, 422].includes(look.status), `${purpose.slice(0, 10)}: ${look.status} ${look.text.slice(0, 200)}`);
    const reveal = await clerk.post(`/api/persons/${person}/reveal`, { field: 'id_number', purpose });
    assert.ok([403, 422].includes(reveal.status), reveal.text);
  }
  const other = await as('clerk3');
  assert.ok([403, 404].includes((await other.post(`/api/persons/${person}/reveal`, { field: 'id_number', purpose: 'enquiry' })).status));
});

test('nothing of all that was written, and the store is whole', async () => {
  assert.deepEqual(counts(), start);
  const check = await minzheng(['check-store', '--json'], { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
  assert.equal(check.code, 0, check.stdout + check.stderr);
  assert.equal((await ask(`${server.url}/api/meta`)).status, 200);
  assert.doesNotMatch(server.output(), / 500 \d+ us /);
});

test('versions: without a mark 428, with an old one 412, with a wrong one 400', async () => {
  const cashier = await as('cashier');
  const made = await must(cashier.post('/api/payments/batches', { month: '2026-12', scheme: 'dibao' }), 201);
  const one = await cashier.get(`/api/payments/batches/${made.id}`);
  const etag = one.headers.get('etag');
  assert.match(etag, /^"\d+"$/);
  const finance = await as('finance');
  const approve = (headers) => finance.post(`/api/payments/batches/${made.id}/approve`, undefined, headers);
  assert.equal((await approve({})).status, 428);
  for (const wrong of ['1', '""', '"x"', '*', 'W/"1"', '"-1"', '" 1"']) assert.equal((await approve({ 'If-Match': wrong })).status, 400, wrong);
  const old = await approve({ 'If-Match': '"99"' });
  assert.equal(old.status, 412);
  isProblem(old);
  const own = await cashier.post(`/api/payments/batches/${made.id}/approve`, undefined, { 'If-Match': etag });
  assert.equal(own.status, 403, 'not by the one who prepared it');
  const short = await cashier.post(`/api/payments/batches/${made.id}/cancel`, { reason: '错' }, { 'If-Match': etag });
  assert.equal(short.status, 422);
  assert.match(short.body.detail, /2 至 500/, 'it says how much is asked');
  await must(cashier.post(`/api/payments/batches/${made.id}/cancel`, { reason: '测试' }, { 'If-Match': etag }));
  assert.ok([409, 412].includes((await approve({ 'If-Match': etag })).status), 'a cancelled batch is not approved');
});

// Who has business with a case, and for what: the resident reads it in "谁看过我的信息".
test('each role looks at a case for its own purpose, or not at all', async () => {
  const resident = await as('resident');
  const { session: applicant, data } = (await waiting()).at(-1);
  const own = applicant.session.person;
  const asked = await must(applicant.post('/api/cases', { matter: 'dibao', channel: 'portal', data, declared: true }), 201);
  const parts = ['', '/events', '/process', '/receipts', '/household', '/verification', '/decision'];
  const sees = {
    clerk: [...parts], reviewer: [...parts], decider: [...parts], district_clerk: [...parts], district_decider: [...parts], auditor: [...parts],
    leader: ['', '/events', '/process'], city: [], policy: [], cashier: [], finance: [],
  };
  for (const [role, allowed] of Object.entries(sees)) {
    const who = await as(LOGINS[role]);
    for (const part of parts) {
      const answer = await who.get(`/api/cases/${asked.id}${part}`);
      const fine = allowed.includes(part) ? [200, ...(part === '/decision' ? [404] : [])] : [403];
      assert.ok(fine.includes(answer.status), `${role} ${part}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    const stated = { leader: 'case_handling', auditor: 'case_handling', district_clerk: 'audit' }[role];
    if (!stated) continue;
    const answer = await who.get(`/api/cases/${asked.id}?purpose=${stated}`);
    assert.equal(answer.status, 403, `${role} does not look for ${stated}`);
    assert.equal(answer.body.code, 'access.purpose_role');
    isProblem(answer);
  }
  const { items } = await must(applicant.get('/api/me/access'));
  const looks = new Set(items.map((look) => `${look.role}: ${look.purpose.zh}`));
  for (const one of ['leader: 督办检查', 'auditor: 审计监督', 'district_clerk: 办理您的申请', 'resident: 您本人查看']) assert.ok(looks.has(one), `${one} in ${[...looks]}`);
  for (const look of looks) assert.ok(!/^(leader|auditor): 办理/.test(look), look);
  assert.ok(![...looks].some((look) => /^(city|policy|cashier|finance)/.test(look)));
  assert.deepEqual((await as('leader')).session.purposes, ['supervision']);
  assert.equal(resident.session.purposes.length, 0);

  // a cashier reveals the numbers of those he pays, nobody else's
  const cashier = await as('cashier');
  const reveal = (field) => cashier.post(`/api/persons/${own}/reveal`, { field, purpose: 'payment' });
  for (const field of ['bank_account', 'id_number']) {
    const answer = await reveal(field);
    assert.equal(answer.status, 404, answer.text);
    assert.equal(answer.body.code, 'register.person'); // as if nobody had that id
    isProblem(answer);
  }
  // a look that names a case names one of the person's own
  const clerk = await as('clerk');
  const { person: stranger } = (await as('resident')).session;
  for (const purpose of ['case_handling', 'counter_application'])
    for (const [who, named, status] of [[own, asked.id, 200], [stranger, asked.id, 422], [own, '1', 422]]) {
      const look = await clerk.post(`/api/persons/${who}/reveal`, { field: 'id_number', purpose, case: named });
      assert.equal(look.status, status, `${purpose} ${who} ${named}: ${look.text}`);
      if (status === 422) assert.equal(look.body.code, 'register.not_in_case');
    }
  const withdraw = await applicant.get(`/api/cases/${asked.id}`);
  await must(applicant.post(`/api/cases/${asked.id}/withdraw`, { reason: '测试' }, { 'If-Match': withdraw.headers.get('etag') }));
});

test('a batch asked for several times at once is made once', async () => {
  const cashier = await as('cashier');
  const answers = await Promise.all([1, 2, 3, 4].map(() => cashier.post('/api/payments/batches', { month: '2026-12', scheme: 'dibao' })));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1, answers.map(({ status }) => status).join());
  const { body: made } = answers.find(({ status }) => status === 201);
  for (const { status, body } of answers) {
    assert.ok([200, 201, 409].includes(status));
    if (status < 300) assert.equal(body.id, made.id);
    else assert.equal(body.code, 'payment.batch_exists');
  }
  const one = await cashier.get(`/api/payments/batches/${made.id}`);
  await must(cashier.post(`/api/payments/batches/${made.id}/cancel`, { reason: '测试' }, { 'If-Match': one.headers.get('etag') }));
});

test('the same submission twice is one case; another under its key is refused', async () => {
  const [{ session: resident, data }, { session: another }] = await waiting();
  const body = { matter: 'dibao', channel: 'portal', data, declared: true };
  const headers = { 'Idempotency-Key': 'b7c1f0d2-once' };
  const undeclared = await resident.post('/api/cases', { ...body, declared: false }, headers);
  assert.equal(undeclared.status, 422);
  for (const [field, value] of [['channel', 'counter'], ['applicant_person', '5']]) {
    const meddling = await resident.post('/api/cases', { ...body, [field]: value });
    assert.deepEqual([meddling.status, meddling.body.code, meddling.body.where], [400, 'api.field_staff', field]);
  }
  const wrong = await resident.post('/api/cases', { ...body, data: { ...body.data, bank_account: 'abc', money: -1 } });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.body.errors.map((error) => error.path).sort(), ['bank_account', 'money']);
  const [first, second] = await Promise.all([resident.post('/api/cases', body, headers), resident.post('/api/cases', body, headers)]);
  assert.equal(first.status, 201, first.text);
  assert.equal(second.status, 201, second.text);
  assert.equal(first.body.id, second.body.id);
  assert.equal((await must(resident.post('/api/cases', body, headers), 201)).id, first.body.id);
  const other = await resident.post('/api/cases', { ...body, data: { ...body.data, money: 12345 } }, headers);
  assert.equal(other.status, 409);
  isProblem(other);
  assert.equal((await resident.post('/api/cases', body)).status, 409, 'one open case of a matter');
  const stolen = await another.post('/api/cases', body);
  assert.equal(stolen.status, 422, "another person's form");
  assert.equal((await must(resident.get('/api/me/cases'))).items.length, 1);
});

test('sign-in: the cookie is closed to scripts and other sites, a new one each time', async () => {
  const opened = await ask(`${server.url}/api/session`, { method: 'POST', body: { login: 'auditor', password: PASSWORD } });
  const line = opened.headers.getSetCookie().find((value) => value.startsWith('mz_session='));
  assert.match(line, /; HttpOnly/);
  assert.match(line, /; SameSite=Strict/);
  assert.match(line, /; Path=\//);
  assert.match(line, /^mz_session=[\w-]{43};/);
  const again = await ask(`${server.url}/api/session`, { method: 'POST', body: { login: 'auditor', password: PASSWORD }, headers: { Cookie: cookieOf(opened) } });
  assert.notEqual(cookieOf(again), cookieOf(opened));
  assert.equal((await ask(`${server.url}/api/session`, { headers: { Cookie: cookieOf(opened) } })).status, 401, 'the former session has ended');
  const headers = { Cookie: cookieOf(again), 'X-CSRF-Token': again.body.csrf };
  const closed = await ask(`${server.url}/api/session`, { method: 'DELETE', headers });
  assert.equal(closed.status, 200);
  assert.match(closed.headers.getSetCookie().join(), /Max-Age=0/);
  assert.equal((await ask(`${server.url}/api/session`, { headers })).status, 401);
  const foreign = await ask(`${server.url}/api/session`, { method: 'POST', body: { login: 'auditor', password: PASSWORD }, headers: { Origin: 'https://example.org' } });
  assert.equal(foreign.status, 403);
});

test('an unknown name and a wrong password look the same; five wrong ones lock', async () => {
  // the address's own limit on attempts stands before the account's: wait for it, as a person would
  const tryIt = async (login, password) => {
    for (;;) {
      const answer = await ask(`${server.url}/api/session`, { method: 'POST', body: { login, password } });
      if (answer.body?.code !== 'api.rate') return answer;
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }
  };
  const unknown = await tryIt('nobody-here', 'x');
  const wrong = await tryIt('city', 'x');
  assert.equal(unknown.status, 401);
  assert.equal(unknown.text, wrong.text);
  for (let i = 0; i < 4; i++) assert.equal((await tryIt('city', `wrong ${i}`)).status, 401);
  const locked = await tryIt('city', PASSWORD);
  assert.equal(locked.status, 429);
  assert.equal(locked.body.code, 'account.locked');
  assert.ok(Number(locked.headers.get('retry-after')) > 0);
  isProblem(locked);
  assert.equal((await tryIt('policy', PASSWORD)).status, 200, 'others are not locked out');
});

test('what anybody may read is fetched once and asked about after; the rest is never kept', async () => {
  for (const path of ['/api/words', '/api/matters/dibao', '/api/policies/dibao/decision.dmn', '/api/parameters']) {
    const first = await fetch(`${server.url}${path}`, { headers: { 'Accept-Encoding': 'gzip' } });
    const whole = Buffer.from(await first.arrayBuffer()); // fetch has unpacked it
    assert.equal(first.headers.get('content-encoding'), 'gzip', path);
    assert.equal(first.headers.get('cache-control'), 'no-cache', path);
    const plain = await fetch(`${server.url}${path}`, { headers: { 'Accept-Encoding': 'identity' } });
    assert.deepEqual(Buffer.from(await plain.arrayBuffer()), whole, path);
    assert.ok(Number(first.headers.get('content-length')) < whole.length / 3, path);
    const again = await fetch(`${server.url}${path}`, { headers: { 'If-None-Match': first.headers.get('etag') } });
    assert.equal(again.status, 304, path);
    assert.equal((await again.arrayBuffer()).byteLength, 0, path);
  }
  const clerk = await signIn(server.url, 'clerk');
  for (const path of ['/api/session', '/api/tasks', '/api/duty']) {
    const { headers } = await clerk.get(path, { 'Accept-Encoding': 'gzip' });
    assert.equal(headers.get('cache-control'), 'no-store', path);
    assert.equal(headers.get('content-encoding'), null, path); // what an attacker can add to and weigh is not packed
  }
});

test('security headers on every kind of answer', async () => {
  for (const path of ['/', '/desk/', '/board/', '/api/meta', '/api/none', '/api/tasks']) {
    const { headers } = await ask(`${server.url}${path}`);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    const policy = headers.get('content-security-policy');
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline|\*/, path);
    if (path.startsWith('/api/')) assert.equal(headers.get('cache-control'), path === '/api/meta' ? 'no-cache' : 'no-store', path);
  }
  const resident = await ask(`${server.url}/`);
  assert.doesNotMatch(resident.headers.get('content-security-policy'), /unsafe-inline/);
});

test('the OpenAPI document is whole and names every route', async () => {
  const document = await must(ask(`${server.url}/api/openapi.json`));
  assert.match(document.openapi, /^3\.1\./);
  const resolve = (ref) => ref.replace(/^#\//, '').split('/').reduce((node, name) => node?.[name], document);
  let refs = 0;
  (function walk(node) {
    if (!node || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') {
      refs += 1;
      assert.ok(resolve(node.$ref), node.$ref);
    }
    Object.values(node).forEach(walk);
  })(document);
  assert.ok(refs > 50);
  const ids = new Set();
  for (const route of api.routes) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    assert.ok(operation, route.id);
    assert.ok(operation.summary && operation.description && operation.responses.default);
    assert.ok(!ids.has(operation.operationId));
    ids.add(operation.operationId);
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    assert.deepEqual(operation.parameters.filter((one) => one.in === 'path').map((one) => one.name), inPath);
  }
  assert.equal(Object.values(document.paths).flatMap(Object.keys).length, api.routes.length);
});

test('the routes that are read answer with their type\'s fields', async () => {
  const draft = await must((await as('policy')).post('/api/studio/drafts', { matter: 'dibao', file: 'decision.dmn' }), 201);
  const reform = await must((await as('policy')).post('/api/studio/reforms', { name: 'x', figures: { 低保标准: 1500 } }), 201);
  const work = await must((await as('leader')).get('/api/plans/xicheng-14/work'));
  const taken = await must((await as('clerk')).post('/api/imports?register=facility&name=a.csv', '设施名称,类别,街道,状态\n导入站,驿站,广安门内街道,正常\n坏,无此类,广安门内街道,正常\n'));
  assert.ok(taken.rejected > 0);
  const twins = ['110228199102030019', '110228199102030035'].map((head) => head.slice(0, 17)).map((head) => head + '10X98765432'[[...head].reduce((sum, c, i) => sum + Number(c) * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][i], 0) % 11]);
  const twice = await must((await as('district')).post('/api/imports?register=population&purpose=verification&name=b.csv', `姓名,身份证号,居住社区,现住址\n${twins.map((number) => `测试重复,${number},110102020001,试验胡同9号`).join('\n')}\n`));
  await must((await as('district')).post(`/api/imports/${twice.batch}/confirm`));
  assert.ok((await must((await as('district')).post('/api/duplicates', { register: 'population' }))).found >= 1);
  const duplicate = (await must((await as('district')).get('/api/duplicates'))).items[0].id;
  const allotment = (await must((await as('cashier')).post('/api/allotments', { year: 2026, fund: '救助资金', document: '试验1号', total_fen: 100000000, unit_fen: 100, factors: 'division,floor,cap,低保对象\nweight,,,1\n110102001,,,3\n110102003,,,7\n' }), 201)).id;
  const values = { case: caseId, allotment, duplicate, task: taskId, batch: batchId, entitlement: (await must((await as('clerk')).get('/api/benefits'))).items[0].id, draft: draft.id, reform: reform.id, plan_task: work.tasks[0].id, import: taken.batch, division: '110102', index: 'seven-five' };
  values.submission = (await must((await as('district')).post('/api/submissions', { target: 'city_assistance', basis: '报送通知第 8 号' }), 201)).id;
  const dossier = (await must((await as('leader')).get('/api/archive/dossiers'))).items[0].case; // of a case that is closed
  const checked = (type, value, where) => {
    const core = type.replace(/\?$/, '');
    if (value === null || value === undefined) return assert.ok(type.endsWith('?') || core === 'json', `${where} is missing`);
    if (core.endsWith('[]')) {
      assert.ok(Array.isArray(value), where);
      return value.slice(0, 5).forEach((one, i) => checked(core.slice(0, -2), one, `${where}[${i}]`));
    }
    if (api.types[core]) {
      for (const key of Object.keys(value)) assert.ok(key in api.types[core], `${where}.${key} is not in ${core}`);
      return Object.entries(api.types[core]).filter(([key]) => key !== 'comment').forEach(([key, kind]) => checked(kind, value[key], `${where}.${key}`));
    }
    if (core.includes('|')) return assert.ok(core.split('|').includes(value), `${where}: ${value}`);
    const fits = { string: (v) => typeof v === 'string', id: (v) => /^\d{1,19}$/.test(v), int: Number.isInteger, fen: Number.isInteger, bool: (v) => typeof v === 'boolean',
      date: (v) => /^\d{4}-\d\d-\d\d$/.test(v), instant: (v) => !Number.isNaN(Date.parse(v)) && /T/.test(v), month: (v) => /^\d{4}-\d\d$/.test(v), division: (v) => /^\d{2,12}$/.test(v), json: () => true }[core];
    assert.ok(fits, `${where}: ${core} is no type that this test knows`);
    assert.ok(fits(value), `${where}: ${JSON.stringify(value)} is no ${core}`);
  };
  for (const route of api.routes.filter((one) => one.method === 'GET' && one.reply !== 'binary' && one.reply !== 'json' && one.who !== 'token' && !/\{(person|paper|notice|entry|register|record|plan|indicator|destruction|certificate|list|import|proposal|recovery)\}/.test(one.path))) {
    const who = /(^|,)(clerk|public)(,|$)/.test(route.who) && !route.who.startsWith('leader') ? await as('clerk') : await forRoute(route);
    if (route.id === 'duplicate') { checked(route.reply, (await must((await as('district')).get(`/api/duplicates/${duplicate}`))), route.id); continue; } // of the district's own clerk
    if (route.id === 'quality_rows') { checked(route.reply, (await must(who.get('/api/quality/rows?rule=population.registered'))), route.id); continue; } // a rule by its name
    if (['draft_get', 'case_decision', 'usage_find', 'lead', 'case_taken'].includes(route.id)) continue; // there is none; who-looked, leads and elsewhere have the last three
    const answer = await who.get(`${pathOf(route, route.path.startsWith('/api/archive/dossiers/') ? { ...values, case: dossier } : values)}?${new URLSearchParams(neededBy(route))}`);
    assert.equal(answer.status, 200, `${route.id}: ${answer.text.slice(0, 200)}`);
    checked(route.reply, answer.body, route.id);
  }
});

test('what is wrong with a form is told in English with the English label', async () => {
  const body = { matter: 'dibao', channel: 'portal', data: { applicant_hukou: 'nowhere', members: [{ hukou: 'nowhere' }] }, declared: true };
  const answer = await (await as('resident')).post('/api/cases', body, { 'Accept-Language': 'en' });
  assert.equal(answer.status, 422, answer.text);
  const told = new Map(answer.body.errors.map(({ path, message }) => [path, message]));
  assert.match(told.get('applicant_hukou'), /Where are you registered/);
  for (const [path, message] of told) if (/^(applicant_hukou|applicant_marital|applicant_work|money)/.test(path)) assert.doesNotMatch(message, /[\u4e00-\u9fff]/, path);
});

test('whom to ask: anybody reads it, a leader of the place changes it', async () => {
  const body = { office: '低保窗口', office_en: 'Dibao window', telephone: '010-0000 0001', address: '示范路 9 号', address_en: null, hours: '工作日', hours_en: 'Working days' };
  const leader = await as('leader');
  const read = (division) => ask(`${server.url}/api/divisions/${division}/contact`);
  const district = await must(read('110102'));
  assert.match(district.telephone, /^010-0000 /); // no line begins with 0
  const community = (await must(ask(`${server.url}/api/divisions?parent=110102001`))).items[0].code;
  assert.equal((await must(read(community))).division, '110102001');
  await must(leader.put(`/api/divisions/${community}/contact`, body));
  const now = await must(read(community));
  assert.deepEqual([now.division, now.telephone, now.office.en, now.address.en], [community, '010-0000 0001', 'Dibao window', '示范路 9 号']);
  assert.equal((await must(read('110102001'))).division, '110102001');
  for (const [division, status, code] of [['110101', 403, 'contact.who'], ['110102999', 404, 'outline.unknown'], ['x', 404, 'outline.unknown']]) {
    const answer = await leader.put(`/api/divisions/${division}/contact`, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
  }
  for (const [field, value] of [['office', ''], ['hours', 'x'.repeat(201)], ['address_en', 'a\nb'], ['telephone', 'call me'], ['telephone', '12'], ['telephone', '1'.repeat(41)]]) {
    const answer = await leader.put(`/api/divisions/${community}/contact`, { ...body, [field]: value });
    assert.deepEqual([answer.status, answer.body.where], [422, field], `${field}=${value}`);
  }
  assert.equal((await (await as('clerk')).put(`/api/divisions/${community}/contact`, body)).status, 403);
  assert.deepEqual(await must(read(community)), now);
});

test('the store is whole at the end', async () => {
  const check = await minzheng(['check-store', '--json'], { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
  assert.equal(check.code, 0, check.stdout + check.stderr);
  assert.doesNotMatch(server.output(), / 500 \d+ us /);
});

test('what anybody may read names no officer', async () => {
  const { demo_accounts: accounts } = await must(ask(`${server.url}/api/meta`));
  const names = accounts.filter(({ role }) => role !== 'resident').flatMap(({ login, name }) => [`"${login}"`, name]);
  for (const path of ['/api/parameters', '/api/matters', '/api/matters/dibao']) {
    const { text } = await ask(`${server.url}${path}`);
    for (const word of ['confirmed_by', '"demo"', ...names]) assert.ok(!text.includes(word), `${path}: ${word}`);
  }
});

test('a paper of a kind that the matter asks for is kept, and its kind has a name', async () => {
  const clerk = await as('clerk');
  const taken = await must(clerk.post(`/api/cases/${caseId}/papers?name=${encodeURIComponent('户口簿.pdf')}&kind=id_cards`, PAGE), 201);
  assert.equal(taken.kind, 'id_cards');
  const [paper] = (await must(clerk.get(`/api/cases/${caseId}`))).papers.filter(({ id }) => id === taken.id);
  assert.match(paper.kind_name.zh, /身份证/);
  assert.match(paper.kind_name.en, /^Identity cards/);
});
