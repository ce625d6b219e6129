// Reads the TAP that cmocka and node:test print.
//
// readTap(text) → { tests: [{ name, ok, reason }], problems: [text] }
//
// Only leaves are tests: a line whose subtests (indented by four) come before
// it is their sum, and counts itself only when it fails though they passed
// (a hook failed).  A skipped or to-do test has shown nothing, so it fails.

const RESULT = /^((?: {4})*)(not )?ok\b(?: (\d+))?(?: -)? ?(.*)$/;
const PLAN = /^((?: {4})*)1\.\.(\d+)/;
const DIRECTIVE = /(?<!\\)# *(skip|todo)\b.*$/i;

function leavesOf(line, children) {
  const failed = children.filter((child) => !child.ok);
  if (children.length === 0 || (!line.ok && failed.length === 0)) return [...children, line];
  return children.map((child) => ({ ...child, name: `${line.name} › ${child.name}` }));
}

function readResult(match) {
  const [, , not, , rest] = match;
  const directive = DIRECTIVE.exec(rest);
  const name = rest.replace(DIRECTIVE, '').trim() || '(without a name)';
  if (directive) return { name, ok: false, reason: `not run: ${directive[0].slice(1).trim()}` };
  return { name, ok: !not, reason: not ? 'failed' : '' };
}

export function readTap(text) {
  const problems = [];
  const waiting = []; // by depth: the leaves whose parent line has not come yet
  let planned = 0;
  let plans = 0;
  let seen = 0;
  for (const line of text.split('\n')) {
    if (/^Bail out!/.test(line)) problems.push(line);
    const plan = PLAN.exec(line);
    if (plan && plan[1] === '') {
      planned += Number(plan[2]);
      plans += 1;
    }
    const match = RESULT.exec(line);
    if (!match) continue;
    const depth = match[1].length / 4;
    if (depth === 0) seen += 1;
    const children = waiting[depth + 1] ?? [];
    waiting.length = Math.min(waiting.length, depth + 1);
    waiting[depth] = [...(waiting[depth] ?? []), ...leavesOf(readResult(match), children)];
  }
  const tests = waiting.flat().filter(Boolean);
  if (plans === 0) problems.push('no TAP plan: the test did not come to its end');
  else if (planned !== seen) problems.push(`the plan says ${planned} tests, ${seen} reported`);
  return { tests, problems };
}
