// The answers of the 低保 form for a household of the demonstration, as its
// registers know it, so that what the applicant says and what the sources
// answer agree.

import { must, signIn } from './api.mjs';

const value = (member, name, otherwise) => member.facts.find((fact) => fact.name === name)?.value ?? otherwise;
const incomes = (list) => list.map((item) => ({ kind: item['类别'], amount: item['月金额'] }));
const disabilities = (list) => list.map((item) => ({ kind: item['类别'], grade: item['等级'] }));
const studying = (study) => ['高中', '本科及以下', '研究生'].includes(study);

// `prefix` is 'applicant_' for the applicant and '' in the list of members.
function answersOf(member, prefix) {
  const study = value(member, '在读', '无');
  const money = value(member, '收入', []);
  const disabled = value(member, '残疾', []);
  const special = value(member, '特殊身份', []);
  const known = {
    name: member.name,
    idnum: member.idnum,
    hukou: value(member, '户籍', '本市'),
    ...(value(member, '户籍') === '外埠' ? { permit: value(member, '居住证', true) } : {}),
    marital: value(member, '婚姻状况', '未婚'),
    work: value(member, '就业状态', '无业'),
    study,
    ...(studying(study) ? { collective: value(member, '就学迁入集体户', false) } : {}),
    no_income: money.length === 0,
    ...(money.length ? { incomes: incomes(money) } : {}),
    ill: value(member, '重大疾病', false),
    capacity: value(member, '劳动能力', '有'),
    not_disabled: disabled.length === 0,
    ...(disabled.length ? { disabilities: disabilities(disabled), kept: value(member, '依靠兄弟姐妹或老人扶养', false) } : {}),
    alone: value(member, '单独抚养', false),
    ordinary: special.length === 0,
    ...(special.length ? { special } : {}),
  };
  return Object.fromEntries(Object.entries(known).map(([key, answer]) => [`${prefix}${key}`, answer]));
}

// The household as its resident sees it, with the ID numbers, which only a
// clerk may see, each look with its purpose.
export async function householdOf(resident, clerk) {
  const household = await must(resident.get('/api/me/household'));
  for (const member of household.members) {
    const body = { field: 'id_number', purpose: 'counter_application' };
    member.idnum = (await must(clerk.post(`/api/persons/${member.person}/reveal`, body))).value;
  }
  return household;
}

export function applicationOf(household) {
  const [applicant, ...members] = household.members;
  const fact = (name, otherwise) => household.facts.find((entry) => entry.name === name)?.value ?? otherwise;
  const vehicles = fact('机动车', []);
  const homes = fact('住房', []);
  return {
    ...answersOf(applicant, 'applicant_'),
    applicant_phone: '13800138000',
    lives_alone: members.length === 0,
    ...(members.length ? { members: members.map((member) => ({ ...answersOf(member, ''), relation: member.relation, away: '无' })) } : {}),
    ...(members.some((member) => member.relation === '父母') && ['离婚', '丧偶'].includes(value(applicant, '婚姻状况')) ? { apply_alone: false } : {}),
    money: fact('货币财产', 1000),
    no_vehicle: vehicles.length === 0,
    ...(vehicles.length ? { vehicles: vehicles.map((item) => ({ use: item['用途'], value: item['价值'] })) } : {}),
    no_home: homes.length === 0,
    ...(homes.length ? { homes: homes.map((item) => ({ area: item['建筑面积'], tenure: item['性质'], use: item['用途'] })) } : {}),
    no_business: true,
    no_supporter: true,
    bank_name: '示范银行',
    bank_account: '6222020200112233445',
    declared: true,
    authorised: true,
  };
}

const POOR_YUAN = 1300; // a head and month; below the line of every year since 2023

// The demonstration's residents without a case of their own: { login, session,
// household, data, poor }; the poor ones with a family first.
export async function applicants(url) {
  const clerk = await signIn(url, 'clerk');
  const { demo_accounts: accounts } = await must(clerk.get('/api/meta'));
  const found = [];
  for (const { login } of accounts.filter((account) => account.role === 'resident')) {
    const session = await signIn(url, login);
    if ((await must(session.get('/api/me/cases'))).items.length > 0) continue;
    const household = await householdOf(session, clerk);
    const income = household.members.flatMap((member) => value(member, '收入', [])).reduce((sum, item) => sum + Number(item['月金额']), 0);
    const poor = income / household.members.length < POOR_YUAN && household.members.every((member) => value(member, '户籍') === '本市');
    found.push({ login, session, household, data: applicationOf(household), poor });
  }
  return found.sort((a, b) => b.poor - a.poor || b.household.members.length - a.household.members.length);
}
