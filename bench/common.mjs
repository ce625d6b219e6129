// What the benchmarks in Node share: sizes, stores, sessions, the load, a table.

import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ROOT, cleanEnvironment, minzhengOk } from '../tests/support/cli.mjs';

export const TINY = process.env.MINZHENG_BENCH === 'tiny';
export const TOOLS = join(ROOT, 'build/bench');
const PASSWORD = 'minzheng-demo';

export function check(condition, what) {
  if (condition) return;
  console.error(`not so: ${what}`);
  process.exit(1);
}

export function machine() {
  console.log(`machine: ${availableParallelism()} processors, load ${loadavg()[0].toFixed(1)} (others work on it too: read the ratios)`);
}

// ---- the table ---------------------------------------------------------------------

const number = (value, unit) => (value === undefined || Number.isNaN(value) ? '' : `${value < 100 ? value.toFixed(2) : value.toFixed(0)} ${unit}`);

export function head(beside) {
  console.log(`${''.padEnd(44)} ${'ours'.padStart(14)} ${beside.padStart(14)} ${'ratio'.padStart(9)}`);
}

export function row(what, ours, unit, beside, note = '') {
  const ratio = beside ? (ours / beside).toFixed(2) : '';
  console.log(`${what.padEnd(44)} ${number(ours, unit).padStart(14)} ${number(beside, unit).padStart(14)} ${ratio.padStart(9)}  ${note}`.trimEnd());
}

// ---- stores ------------------------------------------------------------------------

// A demonstration that is made once and kept in build/bench; made anew when its
// tables or what fills them change.
export async function keptDemo(name, args) {
  const folder = join(TOOLS, 'stores', name);
  const db = join(folder, 'minzheng.db');
  const made = join(folder, 'made');
  const key = execFileSync('sh', ['-c', 'cat src/store/migrations/*.sql src/civil/demo/*.c | sha256sum'], { cwd: ROOT, encoding: 'utf8' }).trim() + ' ' + args.join(' ');
  if (existsSync(made) && readFileSync(made, 'utf8') === key) return db;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.log(`making ${name}: minzheng demo ${args.join(' ')}`);
  await minzhengOk(['demo', ...args], { env: { MINZHENG_DB: db }, timeoutSeconds: 3600 });
  writeFileSync(`${made}.new`, key);
  renameSync(`${made}.new`, made);
  return db;
}

// A copy to work on, with the keys; consistent, since nothing has it open.
export function copyStore(db, folder) {
  mkdirSync(folder, { recursive: true });
  const to = join(folder, 'minzheng.db');
  for (const end of ['-wal', '-shm', '']) rmSync(to + end, { force: true });
  copyFileSync(db, to);
  rmSync(`${to}.keys`, { recursive: true, force: true });
  execFileSync('cp', ['-r', `${db}.keys`, `${to}.keys`]);
  return to;
}

// ---- tools -------------------------------------------------------------------------

const execute = promisify(execFile);
const TOOL_ENVIRONMENT = { MINZHENG_PACKS: join(ROOT, 'packs'), MINZHENG_DATA: join(ROOT, 'build/data') };

export async function tool(name, args, { say = false } = {}) {
  const running = execute(join(TOOLS, name), args.map(String), { env: cleanEnvironment(TOOL_ENVIRONMENT), maxBuffer: 1 << 30 });
  if (say) running.child.stderr.pipe(process.stderr); // how far it is
  const { stdout } = await running;
  return stdout;
}

// Milliseconds of processor time that a process has used.
export function processorMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10; // clock ticks of 10 ms
}

// ---- sessions and requests ------------------------------------------------------------

// From an address of its own: the server limits how often one address signs in.
export function signIn(url, login, address) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ login, password: PASSWORD });
    const call = request(`${url}/api/session`, {
      method: 'POST',
      localAddress: address,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Origin: url },
    }, (reply) => {
      const chunks = [];
      reply.on('data', (data) => chunks.push(data));
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (reply.statusCode >= 300) return reject(new Error(`${login} cannot sign in: ${reply.statusCode} ${text}`));
        resolve({ cookie: reply.headers['set-cookie'].map((line) => line.split(';')[0]).join('; '), csrf: JSON.parse(text).csrf });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

export function httpRequest(url, session, method, path, body) {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, `Cookie: ${session.cookie}`];
  if (method !== 'GET') lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, `X-CSRF-Token: ${session.csrf}`, `Origin: ${url}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

// Runs tools/load; the replies come back as [{ status, ms, body }].
export async function load(url, connections, requests, folder, times = 1) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'requests');
  const out = join(folder, 'replies');
  writeFileSync(file, Buffer.concat(requests.map((text) => Buffer.from(`${Buffer.byteLength(text)}\n${text}`))));
  const result = JSON.parse(await tool('load', [new URL(url).port, connections, file, out, times]));
  const bytes = readFileSync(out);
  result.replies = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const [status, us, size] = bytes.toString('latin1', at, end).split(' ').map(Number);
    result.replies.push({ status, ms: us / 1000, body: bytes.toString('utf8', end + 1, end + 1 + size) });
    at = end + 1 + size;
  }
  return result;
}
