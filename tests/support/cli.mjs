// Runs build/minzheng.
//
//   const { code, stdout, stderr, json } = await minzheng(['feel', '1+1', '--json']);
//
// `json` is the parsed standard output, or undefined when it is not JSON.
// Nothing of the caller's environment that could reach another store or choose
// a language is kept; with a postgresql:// store give MINZHENG_KEYS, since its
// keys have no file to lie beside.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const COMMAND = join(ROOT, 'build/minzheng');

export function cleanEnvironment(extra = {}) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('MINZHENG_')) delete env[name];
  for (const name of ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_MESSAGES']) delete env[name];
  return { ...env, LC_ALL: 'C.UTF-8', ...extra };
}

// A folder that is gone when the process ends, whatever happens in it.
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'minzheng-test-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function minzheng(args, { env = {}, cwd = ROOT, input = '', timeoutSeconds = 120 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(COMMAND, args, { cwd, env: cleanEnvironment(env) });
    const out = [];
    const err = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
    child.stdout.on('data', (data) => out.push(data));
    child.stderr.on('data', (data) => err.push(data));
    child.stdin.on('error', () => {}); // it may not read its input
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(out).toString('utf8');
      const stderr = Buffer.concat(err).toString('utf8');
      if (signal) return reject(new Error(`minzheng ${args.join(' ')} ended by ${signal}\n${stdout}${stderr}`));
      resolve({ code, stdout, stderr, json: parseJson(stdout) });
    });
  });
}

// The same, for steps that must succeed.
export async function minzhengOk(args, options) {
  const run = await minzheng(args, options);
  if (run.code !== 0)
    throw new Error(`minzheng ${args.join(' ')}: exit status ${run.code}\n${run.stdout}${run.stderr}`);
  return run;
}
