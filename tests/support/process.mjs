// Child processes in a group of their own, so that a time-out or Ctrl-C also
// ends what they started.

import { spawn } from 'node:child_process';

const running = new Set();

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it ended in the meantime
  }
}

export function killRunning() {
  for (const child of running) killGroup(child, 'SIGKILL');
}

// Resolves, never rejects: { code, signal, output, stdout, timedOut, seconds }.
// `output` is both streams in the order of arrival.
export function runProcess(command, args, { cwd, env, timeoutSeconds }) {
  return new Promise((resolve) => {
    const start = Date.now();
    const all = [];
    const out = [];
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child, 'SIGKILL');
    }, timeoutSeconds * 1000);
    const finish = (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({
        code,
        signal,
        timedOut,
        output: Buffer.concat(all).toString('utf8'),
        stdout: Buffer.concat(out).toString('utf8'),
        seconds: (Date.now() - start) / 1000,
      });
    };
    child.stdout.on('data', (data) => (all.push(data), out.push(data)));
    child.stderr.on('data', (data) => all.push(data));
    child.on('error', (error) => {
      all.push(Buffer.from(`${error.message}\n`));
      finish(127, null);
    });
    // A left-over grandchild may hold the pipes open: the group ends with its
    // leader, and only then is the output complete.
    child.on('exit', () => killGroup(child, 'SIGKILL'));
    child.on('close', finish);
  });
}
