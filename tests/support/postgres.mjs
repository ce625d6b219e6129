// PostgreSQL for tests: starts and stops what pg.sh does.
//
//   const server = await startPostgres();            // { durable: true } keeps fsync
//   const database = await server.createDatabase();  // { url, drop() }
//   server.kill('SIGKILL');                          // the postmaster, for crash tests
//   await server.stop();

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runProcess } from './process.mjs';

const SCRIPT = join(fileURLToPath(new URL('.', import.meta.url)), 'pg.sh');
const TIMEOUT_SECONDS = 120;

async function run(command, args, env = process.env) {
  const result = await runProcess(command, args, { env, timeoutSeconds: TIMEOUT_SECONDS });
  if (result.code !== 0) throw new Error(`${command} ${args[0]}: ${result.output.trim()}`);
  return result.stdout;
}

async function sql(url, statement) {
  await run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', statement]);
}

export async function startPostgres({ durable = false } = {}) {
  const args = ['start', '--for', String(process.pid), ...(durable ? ['--durable'] : [])];
  const [folder, pid, url] = (await run(SCRIPT, args)).trim().split('\n');
  return {
    url,
    pid: Number(pid),
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await sql(url, `CREATE DATABASE ${name}`);
      return {
        url: url.replace(/\/[^/]*$/, `/${name}`),
        drop: () => sql(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      };
    },
    kill(signal = 'SIGKILL') {
      process.kill(Number(pid), signal);
    },
    stop: () => run(SCRIPT, ['stop', folder]),
  };
}
