// A MOCK of the server, for working on the portals before or without the real one:
//   node tools/mock-server.mjs [port]        serves web/dist and /api with synthetic data
// It obeys src/server/api.json (routes, replies, CSRF, ETag) and keeps nothing.
// Never part of the product.  Sign in: resident, clerk, decider, cashier, finance, policy, leader; any password.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as F from './mock/fixtures.mjs';

const table = JSON.parse(readFileSync(new URL('../../src/server/api.json', import.meta.url), 'utf8'));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const port = Number(process.argv[2] ?? 8099);
const MEDIA = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff', '.ttf': 'font/ttf', '.json': 'application/json' };
const RESIDENT_CSP = "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const STAFF_CSP = RESIDENT_CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace("object-src", "font-src 'self' data:; object-src");

let draft = null;
const PEOPLE = { resident: '周素云', community: '居工', clerk: '王经办', reviewer: '李审', decider: '陈决', cashier: '赵发', finance: '钱核', policy: '政策岗', leader: '局长', auditor: '审计员' };
const session = (login) => ({
  account: '1', login, name: PEOPLE[login] ?? login, kind: login === 'resident' ? 'resident' : 'staff', csrf: 'mock-token', expires_at: '2026-11-22T12:00:00Z',
  roles: login === 'resident' ? [] : [{ role: login, division: '110102', division_name: '西城区' }, ...(login === 'all' ? Object.keys(table.roles).map((role) => ({ role, division: '110102', division_name: '西城区' })) : [])],
  person: login === 'resident' ? '501' : null, must_change_password: false,
});
const page = (items, cursor, limit = 20) => {
  const from = Number(cursor ?? 0);
  return { items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null };
};
const problem = (status, code, title, extra = {}) => ({ status, body: { type: 'about:blank', status, code, title, detail: title, ...extra } });
const ok = { ok: true };

const answers = {
  meta: () => ({ version: '0.1.0-mock', demo: true, now: F.NOW, today: F.TODAY, district: '110102', district_name: '西城区', backend: 'mock', log_origin: 'mock.example/log', log_size: 9001, demo_accounts: Object.entries(PEOPLE).map(([login, name]) => ({ login, password: 'mock', role: login, name, division_name: '西城区' })) }),
  session_get: (c) => (c.login ? session(c.login) : problem(401, 'api.signed_out', '请先登录')),
  session_open: (c) => (c.body.password === 'wrong' ? problem(401, 'account.password', '账号或密码不对') : { cookie: c.body.login, body: session(c.body.login), status: 200 }),
  session_close: () => ({ cookie: '', body: ok, status: 200 }),
  matters: () => [F.matter], matter: () => F.matterDetail, divisions: () => ({ items: F.board.divisions.map((d) => ({ code: d.division, name: d.name, level: 4, parent: '110102' })) }),
  my_household: () => F.household, my_cases: () => ({ items: [F.summary(0), F.summary(6)], next: null, total: 2 }),
  draft_get: () => draft ?? problem(404, 'case.no_draft', '没有草稿'),
  draft_put: (c) => (draft = { matter: 'dibao', ...c.body, saved_at: new Date().toISOString() }),
  draft_delete: () => { draft = null; return ok; },
  my_access: () => F.access, my_entitlements: () => F.entitlements,
  case_new: (c) => (c.body.declared ? { status: 201, body: { id: '7000', number: F.summary(0).number, state: 'applied', due_on: '2027-01-06', next: { zh: '街道会在一个工作日内看材料，齐全就受理。', en: 'The subdistrict reads your papers within one working day.' }, entry: '8001' } } : problem(422, 'api.declared', '请勾选承诺')),
  cases: (c) => {
    const found = F.summaries.filter((s) => (!c.query.state || s.state === c.query.state) && (c.query.late !== 'true' || s.late) && (!c.query.number || s.number.includes(c.query.number)));
    return { ...page(found, c.query.cursor), total: found.length };
  },
  case: (c) => F.caseOf(c.path.case, c.login !== 'resident'), case_events: () => F.events, case_household: () => F.household, case_verification: () => F.verification,
  case_decision: () => F.decision, case_process: () => F.process, case_receipts: () => F.receipts,
  case_withdraw: () => ok, case_authorise: () => ok, case_explain: () => ok, case_served: () => ok,
  case_remedy: (c) => ({ status: 201, body: { ...F.caseOf('7000').remedies[2], kind: c.body.kind, filed_at: F.NOW, may_file: false } }),
  paper_add: (c) => ({ status: 201, body: { id: '43', name: c.query.name, kind: c.query.kind ?? '', size: 1, sha: '', added_at: F.NOW, added_by: 'mock' } }),
  paper: () => ({ raw: 'mock', media: 'text/plain' }), notice_pdf: () => ({ raw: '%PDF-1.4 mock', media: 'application/pdf' }),
  tasks: (c) => {
    const items = F.tasks.filter((t) => !c.query.urgency || t.urgency === c.query.urgency);
    return { items, next: null, counts: { overdue: 2, today: 2, week: 3, all: F.tasks.length } };
  },
  task: (c) => F.tasks.find((t) => t.id === c.path.task) ?? problem(404, 'case.task', '没有这个待办'),
  task_claim: (c) => ({ ...F.tasks.find((t) => t.id === c.path.task), claimed_by_me: true, claimed_by: PEOPLE[c.login] }),
  task_release: (c) => ({ ...F.tasks.find((t) => t.id === c.path.task), claimed_by_me: false, claimed_by: null }),
  task_complete: () => ok,
  person_search: (c) => (c.body.purpose ? { items: [{ person: '501', name_masked: '周*云', id_masked: '110102********0021', birth_year: 1984, division_name: '德胜街道', household: '880' }], more: false } : problem(422, 'access.purpose', '请说明用途')),
  person_household: () => F.household, person_reveal: (c) => ({ field: c.body.field, value: '11010219840620002X', entry: '8200' }),
  policy_file: (c) => ({ raw: F.policyFile(c.path.file), media: 'application/xml; charset=utf-8' }),
  parameters: () => F.parameters, parameter_confirm: () => ok,
  batches: () => ({ items: F.batches }), batch: (c) => F.batchDetail(c.path.batch), batch_new: () => ({ status: 201, body: F.batches[0] }),
  batch_approve: () => ({ ...F.batches[0], state: 'approved', approved_by: '钱核', approved_at: F.NOW, may: ['file'] }), batch_cancel: () => ({ ...F.batches[0], state: 'cancelled', may: [] }),
  batch_file: () => ({ raw: '<Document/>', media: 'application/xml' }), batch_returns: () => ({ accepted: 309, paid: 307, returned: 1, rejected: [{ path: 'line 12', code: 'payment.unknown', message: '批次里没有这一笔' }] }),
  board: () => F.board,
  log_head: () => ({ origin: 'mock.example/log', size: 9001, root: '8f14e45fceea167a5a36dedd4bea2543', sm3_root: '66c7f0f462eeedd9d1f2d46bdc10e4e2', signed_at: F.NOW, checkpoint: '', sm3_checkpoint: '' }),
  receipt: () => F.receipts[0], openapi: () => ({}),
};

const matchers = table.routes.map((route) => ({
  route, names: [...route.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]),
  pattern: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '([^/]+?)')}$`),
}));

function api(request, url, body) {
  for (const { route, names, pattern } of matchers) {
    const match = route.method === request.method && pattern.exec(url.pathname);
    if (!match) continue;
    const login = /mock=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    if (route.who !== 'public' && !login) return problem(401, 'api.signed_out', '请先登录');
    if (route.write && request.headers['x-csrf-token'] !== 'mock-token') return problem(403, 'api.csrf', '请刷新页面');
    if (route.write && route.etag && request.headers['if-match'] !== '"7"') return problem(412, 'api.changed', '已经变了');
    const call = {
      login, route, query: Object.fromEntries(url.searchParams), path: Object.fromEntries(names.map((n, i) => [n, decodeURIComponent(match[i + 1])])),
      body: route.body && route.body !== 'binary' ? JSON.parse(body || '{}') : null,
    };
    const reply = answers[route.id](call);
    return { etag: route.etag && route.method === 'GET', ...(reply && (reply.raw !== undefined || typeof reply.status === 'number') ? reply : { body: reply }) };
  }
  return problem(404, 'api.path', '没有这个地址');
}

createServer((request, response) => {
  const url = new URL(request.url, `http://127.0.0.1:${port}`);
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (url.pathname.startsWith('/api/')) {
      const reply = api(request, url, Buffer.concat(parts).toString('utf8'));
      const head = { 'Cache-Control': 'no-store', 'Content-Type': reply.media ?? ((reply.status ?? 200) >= 400 ? 'application/problem+json' : 'application/json') };
      if (reply.etag) head.ETag = '"7"';
      if (reply.cookie !== undefined) head['Set-Cookie'] = `mock=${reply.cookie}; Path=/; SameSite=Strict`;
      response.writeHead(reply.status ?? 200, head).end(reply.raw ?? JSON.stringify(reply.body));
      return;
    }
    let path = normalize(decodeURIComponent(url.pathname));
    if (path.endsWith('/')) path += 'index.html';
    const file = join(dist, path);
    if (!file.startsWith(dist) || !existsSync(file)) { response.writeHead(404).end(); return; }
    response.writeHead(200, { 'Content-Type': MEDIA[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': /^\/(desk|board)/.test(path) ? STAFF_CSP : RESIDENT_CSP }).end(readFileSync(file));
  });
}).listen(port, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${port}`));
