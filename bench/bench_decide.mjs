// Decisions a second of 低保 and of every scheme over a demonstration's households (bench/decisions.c).

import { TINY, keptDemo, tool } from './common.mjs';

const PEOPLE = TINY ? 500 : 20000;
const db = await keptDemo(`no-cases-${PEOPLE}`, ['--people', String(PEOPLE), '--no-cases']);
process.stdout.write(await tool('decisions', [db, TINY ? 50 : 600]));
