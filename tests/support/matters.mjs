// The matters that one can apply for, and answers to their forms: what the register knows, what the matter's own
// example says, and for the rest nothing more to tell.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './cli.mjs';

const json = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));
export const open = readdirSync(join(ROOT, 'packs')).filter((pack) => existsSync(join(ROOT, 'packs', pack, 'matters'))).flatMap((pack) =>
  readdirSync(join(ROOT, 'packs', pack, 'matters')).map((id) => ({ id, folder: join(ROOT, 'packs', pack, 'matters', id) })))
  .map((one) => ({ ...one, matter: json(one.folder, 'matter.json') })).filter((one) => one.matter.open)
  .map((one) => ({ ...one, form: json(one.folder, one.matter.form) }));

// What neither the register nor the matter's example answers: nothing more to tell.
const PERSON = { phone: '13800138000', marital: '未婚', work: '无业', study: '无', collective: false, no_income: true, ill: false, capacity: '有', not_disabled: true, kept: false, alone: false, ordinary: true, permit: true, hukou: '本市' };
const MEMBER = { ...PERSON, away: '无', phone: undefined };
const HOME = { lives_alone: true, apply_alone: false, money: 3000, no_vehicle: true, no_home: true, no_business: true, no_supporter: true, bank_name: '示范银行', bank_account: '6222020200112233445', declared: true, authorised: true };

// Keys of the form, so that nothing is sent that it does not ask.
function keysOf(components, into = new Set()) {
  for (const c of components) {
    if (c.key && c.type !== 'expression') into.add(c.key);
    if (c.path) into.add(c.path);
    if (!c.path) keysOf(c.components ?? [], into);
  }
  return into;
}

// `known` as the register answers (my_known, person_known), `example` of the matter.
export function answers(form, known, example) {
  const asked = keysOf(form.components);
  const person = Object.fromEntries(Object.entries(PERSON).map(([key, value]) => [`applicant_${key}`, value]));
  const all = { ...person, ...HOME, ...known, ...example };
  if (!asked.has('lives_alone')) return Object.fromEntries(Object.entries(all).filter(([key]) => asked.has(key)));
  if (all.members?.length) {
    all.lives_alone = false;
    all.members = all.members.map((one) => ({ ...MEMBER, ...one }));
  }
  const fit = (one, prefix = '') => {
    if (one[`${prefix}hukou`] !== '外埠') delete one[`${prefix}permit`];
    if (!['高中', '本科及以下', '研究生'].includes(one[`${prefix}study`])) delete one[`${prefix}collective`];
    if (one[`${prefix}disabilities`]?.length) one[`${prefix}not_disabled`] = false;
    else delete one[`${prefix}kept`];
    if (one[`${prefix}special`]?.length) one[`${prefix}ordinary`] = false;
    delete one.phone;
    return one;
  };
  fit(all, 'applicant_');
  all.members?.forEach((one) => fit(one));
  if (!(['离婚', '丧偶'].includes(all.applicant_marital) && all.members?.some((one) => one.relation === '父母'))) delete all.apply_alone;
  if (all.kind && all.kind !== '支出型') for (const key of ['money', 'no_vehicle', 'no_home', 'no_business', 'no_supporter']) delete all[key];
  return Object.fromEntries(Object.entries(all).filter(([key]) => asked.has(key)));
}

// A number with its check digit.
export const numbered = (head) => head + '10X98765432'[[...head].reduce((sum, digit, i) => sum + Number(digit) * (2 ** (17 - i) % 11), 0) % 11];
export const childOf = () => ({ name: '示例孩子', idnum: numbered('11010220180505001'), relation: '孙子女', hukou: '本市', study: '义务教育', ill: false, not_disabled: true, collective: false, living: '家庭', father: '死亡', mother: '死亡', guarded: false });
