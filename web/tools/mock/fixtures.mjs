// Synthetic data for the mock server.  No person, number or sum here is real.
import { readFileSync, existsSync } from 'node:fs';
import { en, zh } from './form.mjs';

const pack = new URL('../../../packs/assistance/', import.meta.url);
const file = (name) => new URL(name, pack);
const readOr = (name, other) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : other);
const T = (z, e) => ({ zh: z, en: e });
const matterFile = JSON.parse(readOr('matters/dibao/matter.json', '{"id":"dibao","scheme":"dibao","name":{"zh":"最低生活保障","en":"Subsistence allowance"},"summary":{"zh":"","en":""},"life_events":[],"steps":[],"papers":[],"articles":[],"states":{},"remedies":[]}'));

export const NOW = '2026-11-22T03:10:00Z';
export const TODAY = '2026-11-22';
export const policyFile = (name) => readOr(`matters/dibao/${name}`, null) ?? readFileSync(new URL(`./${name.endsWith('.bpmn') ? 'process.bpmn' : 'decision.dmn'}`, import.meta.url), 'utf8');

export const matter = {
  id: 'dibao', scheme: 'dibao', name: matterFile.name, summary: matterFile.summary, unit: 'household', days: 30, open: true,
  life_events: matterFile.life_events.map(({ zh: z, en: e }) => T(z, e)),
};
const form = readOr('matters/dibao/form.json', null);
const formEn = readOr('matters/dibao/form.en.json', null) ?? readOr('matters/dibao/form_en.json', null);
export const matterDetail = {
  matter, form: form ? JSON.parse(form) : zh, form_en: formEn ? JSON.parse(formEn) : form ? JSON.parse(form) : en,
  steps: matterFile.steps, papers: matterFile.papers.map(({ zh: z, en: e }) => T(z, e)), articles: matterFile.articles, version: 'a41f09c2',
};

const state = (id) => matterFile.states[id] ?? T(id, id);
const names = ['周素云', '马国栋', '冯丽', '孙玉兰', '高建军', '韩梅', '郝志远', '田秀英', '范德胜', '白雪'];
const places = ['西长安街街道', '新街口街道', '月坛街道', '展览路街道', '德胜街道', '金融街街道', '什刹海街道', '大栅栏街道', '天桥街道', '椿树街道', '陶然亭街道', '广安门内街道', '牛街街道', '白纸坊街道', '广安门外街道'];
const stateIds = ['deciding', 'applied', 'investigating', 'explaining', 'publishing', 'reviewing', 'approved', 'refused', 'supplement', 'withdrawn'];

export function summary(i, over = {}) {
  const st = stateIds[i % stateIds.length];
  return {
    id: String(7000 + i), number: `低保申〔2026〕110102${String(i + 1).padStart(5, '0')}号`, matter: 'dibao', matter_name: matter.name,
    state: st, state_name: state(st), applicant_name: names[i % names.length], division: '110102010', division_name: places[i % places.length],
    applied_on: `2026-${i % 2 ? '11' : '10'}-${String(1 + (i * 3) % 20).padStart(2, '0')}`, due_on: `2026-1${i % 2 ? 2 : 1}-${String(5 + (i * 7) % 22).padStart(2, '0')}`,
    due_provisional: i % 4 === 3, late: i % 5 === 2, channel: ['portal', 'counter', 'phone', 'community'][i % 4],
    outcome: st === 'approved' ? 'eligible' : st === 'refused' ? 'not_eligible' : null, monthly_fen: st === 'approved' ? 237250 : null, ...over,
  };
}
export const summaries = Array.from({ length: 64 }, (_, i) => summary(i));

const flow = [
  ['apply', T('申请', 'Application'), T('您', 'You'), '445号 四(一)'], ['accept', T('受理', 'Acceptance'), T('德胜街道', 'Desheng Subdistrict'), '445号 五(二)'],
  ['investigate', T('核对和入户调查', 'Verification and home visit'), T('德胜街道', 'Desheng Subdistrict'), '445号 六(一)'],
  ['appraise', T('民主评议', 'Democratic appraisal'), T('居委会协助', 'Residents’ committee'), '445号 七(一)'],
  ['publish', T('公示', 'Public notice'), T('德胜街道', 'Desheng Subdistrict'), '445号 八(一)'],
  ['decide', T('审核和决定', 'Review and decision'), T('区民政局', 'District bureau'), '445号 八(三)'],
  ['serve', T('送达', 'Service'), T('德胜街道', 'Desheng Subdistrict'), '445号 八(四)'],
];
const steps = (at, skip = 3) => flow.map(([id, name, who, article], i) => ({
  id, name, who, article, state: i === skip && i < at ? 'skipped' : i < at ? 'done' : i === at ? 'now' : 'next',
  at: i < at && i !== skip ? `2026-11-${String(2 + i * 3).padStart(2, '0')}T02:30:00Z` : null, until: i >= at ? `2026-12-${String(i + 1).padStart(2, '0')}` : null,
}));

const parties = [
  { person: '501', name: '周素云', relation: '本人', party: 'applicant', id_masked: '110102********0021', authorised_at: '2026-11-02T02:31:00Z', authorised_until: '2027-11-01', consent: 'given', consent_needed: true },
  { person: '502', name: '马国栋', relation: '配偶', party: 'member', id_masked: '110102********0035', authorised_at: null, authorised_until: null, consent: 'waiting', consent_needed: true },
  { person: '503', name: '马小禾', relation: '子女', party: 'member', id_masked: '110102********0047', authorised_at: null, authorised_until: null, consent: 'none', consent_needed: false },
  { person: '504', name: '周长河', relation: '父母', party: 'supporter', id_masked: '130602********0011', authorised_at: '2026-11-03T08:00:00Z', authorised_until: '2027-11-02', consent: 'given', consent_needed: true },
];
const organ = { name: '德胜街道办事处', power: 'entrusted', in_name_of: '区民政局', seal: '区民政局社会救助审批专用章（街道）3号', citation: '社会救助法第四十四条第一款' };
const remedies = matterFile.remedies.map((r, i) => ({
  id: String(90 + i), kind: r.id, name: r.name, organ: r.organ, filed_at: null, deadline: [null, null, '2027-01-21', '2027-05-22'][i],
  due_on: null, state: 'open', may_file: i > 0, note: i === 0 ? T('公示期已过。', 'The notice period is over.') : null,
}));
const outcomes = {
  decide: [
    { id: 'approve', name: T('批准', 'Approve'), follows: T('生成批准文书，下月起发放。', 'The notice of approval is made; payment starts next month.'), needs_reason: false },
    { id: 'refuse', name: T('不予批准', 'Refuse'), follows: T('生成不予批准决定书，三个工作日内送达。', 'The refusal is made and served within three working days.'), needs_reason: true },
    { id: 'return', name: T('退回补充调查', 'Return for investigation'), follows: T('回到街道经办，重新核对。', 'Goes back to the clerk.'), needs_reason: true },
  ],
};
const taskKinds = [
  ['decide', T('审核和决定', 'Review and decide'), 'decider', T('依据核对报告和公示结果作出决定；不批准的，书面说明理由。', 'Decide on the report and the public notice; a refusal gives written reasons.')],
  ['accept', T('受理审查', 'Acceptance'), 'clerk', T('材料齐全的当场受理；不齐的一次性书面告知。', 'Accept on the spot when complete; else name all missing papers once, in writing.')],
  ['visit', T('入户调查', 'Home visit'), 'clerk', T('两人以上入户，记录住房和生活情况。', 'Two people or more visit and record the home.')],
  ['publish', T('张贴公示', 'Post the public notice'), 'community', T('在社区公示七日，不得公开身份证号和病情。', 'Post for seven days; no identity number or illness.')],
];
const urgencies = ['overdue', 'overdue', 'today', 'today', 'week', 'week', 'week', 'later', 'none'];
export const tasks = Array.from({ length: 9 }, (_, i) => {
  const s = summaries[i];
  const [element, name, role, law] = taskKinds[i % taskKinds.length];
  return {
    id: String(300 + i), case: s.id, number: s.number, element, name, role, division: s.division, division_name: s.division_name, matter_name: matter.name,
    applicant_name: s.applicant_name, created_at: `2026-11-1${i}T01:00:00Z`,
    due_on: { overdue: '2026-11-18', today: TODAY, week: '2026-11-27', later: '2026-12-09', none: null }[urgencies[i]], due_provisional: urgencies[i] === 'later',
    urgency: urgencies[i], claimed_by: i === 1 ? '李审' : null, claimed_by_me: i === 0, article: '445号 八(三)', what_law_asks: law, outcomes: outcomes.decide,
    form: i === 2 ? { components: [{ type: 'textarea', id: 'v', key: '记录', label: '入户记录', validate: { required: true } }, { type: 'number', id: 'n', key: '人数', label: '在场人数', validate: { required: true, min: 2 } }] } : null,
    state: 'open', blocked_because: i === 3 ? T('您经手录入了这件申请，不能自己审核。', 'You entered this application, so you cannot review it.') : null,
  };
});

export function caseOf(id, staff) {
  const i = Math.max(0, summaries.findIndex((s) => s.id === id));
  const s = summaries[i];
  const done = s.state === 'approved' || s.state === 'refused';
  return {
    summary: s, version: 7, steps: steps(done ? 7 : 5), parties,
    papers: [{ id: '41', name: '诊断证明.jpg', kind: '诊断证明', size: 482113, sha: 'ab12', added_at: '2026-11-02T02:40:00Z', added_by: s.applicant_name }, { id: '42', name: '工资流水.pdf', kind: '收入凭证', size: 1204331, sha: 'cd34', added_at: '2026-11-03T02:40:00Z', added_by: '王经办' }],
    notices: [
      { id: '61', kind: 'acceptance', name: T('受理通知书', 'Notice of acceptance'), number: '低保受字〔2026〕00012号', issued_at: '2026-11-05T02:00:00Z', served_at: '2026-11-05T03:00:00Z', served_how: 'electronic', pdf: `/api/cases/${id}/notices/61.pdf` },
      { id: '62', kind: 'approval', name: T('批准决定书', 'Decision of approval'), number: '低保准字〔2026〕00009号', issued_at: '2026-11-20T02:00:00Z', served_at: null, served_how: null, pdf: `/api/cases/${id}/notices/62.pdf` },
    ],
    tasks: staff ? tasks.filter((t) => t.case === id) : [], remedies, organ,
    publication: { id: '71', kind: 'notice', from: '2026-11-10', until: '2026-11-17', place: '德胜街道政务公开栏', body: { 户主: s.applicant_name, 人数: 3, 拟保障金额: '¥2,372.50' }, objections: 0 },
    form_data: { 申请: { 原因: 'illness' } }, may: staff ? ['served', 'paper', 'authorise', 'withdraw'] : ['withdraw', 'explain', 'authorise', 'paper', 'remedy'],
    contact: T('德胜街道民政科，010-8000 0000', 'Desheng Subdistrict, 010-8000 0000'), decision_file: '/api/policies/dibao/decision.dmn', process_file: '/api/policies/dibao/process-2026.bpmn',
  };
}

const fact = (name, value, source = '申请人陈述', conflict = null, as_of = '2026-11-02') => ({ name, value, source, as_of, conflict });
export const household = {
  id: '880', division_name: '德胜街道 · 新外大街社区', address: '新外大街甲 00 号院 0 号楼', benefits: [{ 项目: '残疾人生活补贴', 月金额: '¥400.00' }],
  members: [
    { person: '501', name: '周素云', relation: '本人', sex: '女', birth: '1984-06-20', age: 42, id_masked: '110102********0021', hukou: '本市', facts: [fact('就业状态', '无业'), fact('重大疾病', true, '定点医院诊断'), fact('劳动能力', '大部分丧失', '劳动能力鉴定')] },
    { person: '502', name: '马国栋', relation: '配偶', sex: '男', birth: '1982-01-10', age: 44, id_masked: '110102********0035', hukou: '本市', facts: [fact('就业状态', '在职职工', '社保'), fact('收入.工资性', 3500, '申请人陈述', { value: 4200, source: '个税', as_of: '2026-10-31' })] },
    { person: '503', name: '马小禾', relation: '子女', sex: '男', birth: '2015-04-11', age: 11, id_masked: '110102********0047', hukou: '本市', facts: [fact('在读', '义务教育', '教委')] },
  ],
  facts: [fact('货币财产', 3000, '银行', { value: 5200.5, source: '银行', as_of: '2026-11-06' }), fact('住房.建筑面积', 50, '不动产登记'), fact('机动车', [], '交管')],
};
export const verification = {
  state: 'partial', requested_at: '2026-11-05T03:00:00Z', simulated: true,
  sources: [
    { source: 'tax', name: T('税务', 'Tax'), state: 'answered', due_on: '2026-11-10', answered_at: '2026-11-06T03:00:00Z', findings: [fact('工资性收入', 4200, '个税')] },
    { source: 'bank', name: T('银行存款', 'Bank deposits'), state: 'answered', due_on: '2026-11-19', answered_at: '2026-11-09T03:00:00Z', findings: [fact('货币财产', 5200.5, '银行')] },
    { source: 'vehicle', name: T('机动车', 'Vehicles'), state: 'no_answer', due_on: '2026-11-10', answered_at: null, findings: [] },
    { source: 'home', name: T('不动产', 'Real estate'), state: 'waiting', due_on: '2026-11-26', answered_at: null, findings: [] },
  ],
  conflicts: [{ fact: '马国栋 · 工资性收入', declared: 3500, found: 4200, source: '个税', difference_fen: 70000 }],
};
export const decision = {
  id: '15', scheme: 'dibao', outcome: 'eligible', monthly_fen: 237250, once_fen: 0, as_of: TODAY,
  lines: [{ member: null, member_name: null, item: '低保金', monthly_fen: 201000, once_fen: 0 }, { member: '3', member_name: '马小禾', item: '分类救助增发', monthly_fen: 36250, once_fen: 0 }],
  reasons: [
    { rule: 'r_property_ok', article: '445号 二(一)', zh: '全家存款人均没有超过 24 个月低保标准，没有机动车，财产符合规定。', en: 'Money a head is within 24 times the standard and there is no car: property is within the rules.' },
    { rule: 'r_income', article: '445号 九(一)', zh: '扣除就业奖励后，家庭月人均收入 ¥780.00，低于低保标准 ¥1,450.00。', en: 'After the reward for work the income a head is ¥780.00, below the standard of ¥1,450.00.' },
    { rule: 'r_child', article: '445号 十(二)2', zh: '未成年人按低保标准的 25% 增发。', en: 'A minor receives 25% of the standard in addition.' },
  ],
  missing: [], missing_exact: true,
  values: [{ decision: '家庭人数', name: '家庭人数', value: 3 }, { decision: '家庭收入', name: '家庭收入', value: 2340 }, { decision: '家庭月人均收入', name: '家庭月人均收入', value: 780 }, { decision: '财产状况', name: '财产状况', value: true }],
  rules: [
    { decision: '财产状况', decision_id: 'd_property', table_id: 't_property', rule_id: 'r_property_ok', index: 3, hit: true, cells: [true, true, true, true] },
    { decision: '财产状况', decision_id: 'd_property', table_id: 't_property', rule_id: 'r_property_money', index: 0, hit: false, cells: [false, true, true, true] },
    { decision: '收入核减', decision_id: 'd_deduction', table_id: null, rule_id: 'r_deduction_ill', index: 0, hit: true, cells: [true] },
  ],
  explanation: { nearest: [], changes: [], unchangeable: [], tried: 0, budget: 400, complete: true, advisory: T('仅供参考。', 'For information only.'), why: null },
  parameters: [
    { name: '低保标准', value: '1450', unit: '元/人·月', valid_from: '2024-07-01', valid_to: null, citation: '京民社救发〔2024〕00号', confidence: 'looked-up', confirmed: true },
    { name: '平均住房面积', value: '33.4', unit: '㎡', valid_from: '2024-01-01', valid_to: '2026-12-31', citation: '统计年鉴（转引）', confidence: 'general-knowledge-to-confirm', confirmed: true },
    { name: '复核周期', value: '12', unit: '月', valid_from: '2019-01-01', valid_to: null, citation: '445号 十三(二)', confidence: 'general-knowledge-to-confirm', confirmed: false },
  ],
  decided_by: '陈决', decided_at: '2026-11-20T06:00:00Z', written_reasons: '经核对和公示，符合规定，同意。', organ, state: 'confirmed', policy_sha: 'b7c2…', decision_file: '/api/policies/dibao/decision.dmn', entry: '9001',
};
export const process = { file: '/api/policies/dibao/process-2026.bpmn', tokens: ['decide'], done: ['start', 'accept', 'investigate', 'publish'], history: flow.slice(0, 5).map(([id], i) => ({ element: id, at: `2026-11-0${i + 2}T02:00:00Z`, event: 'leave', actor: '王经办' })) };
export const events = { items: [
  { seq: 1, at: '2026-11-02T02:30:00Z', kind: 'applied', text: T('提交申请', 'Application sent'), actor: '周素云', role: 'resident', entry: '8001' },
  { seq: 2, at: '2026-11-05T02:00:00Z', kind: 'accepted', text: T('受理，发出受理通知书', 'Accepted; notice issued'), actor: '王经办', role: 'clerk', entry: '8002' },
  { seq: 3, at: '2026-11-09T03:00:00Z', kind: 'verified', text: T('银行存款核对结果已返回', 'Bank deposits answered'), actor: '系统', role: null, entry: '8003' },
  { seq: 4, at: '2026-11-20T06:00:00Z', kind: 'decided', text: T('作出批准决定', 'Decision: approved'), actor: '陈决', role: 'decider', entry: '9001' },
] };
export const receipts = [{ entry: '8001', index: 8123, kind: 'application', at: '2026-11-02T02:30:00Z', text: 'mock receipt' }, { entry: '9001', index: null, kind: 'decision', at: '2026-11-20T06:00:00Z', text: 'mock receipt' }];
export const access = { next: null, items: [
  { at: '2026-11-21T07:20:00Z', office: T('德胜街道办事处', '德胜街道办事处'), role: 'clerk', purpose: T('办理您的申请', 'To handle your application'), case_number: summaries[0].number, fields: [T('家庭成员', 'Members'), T('收入', 'Income')], entry: '8100', kind: 'staff' },
  { at: '2026-11-09T03:00:00Z', office: T('区经济状况核对中心', '区经济状况核对中心'), role: 'system', purpose: T('核对家庭经济状况', 'To verify the household’s means'), case_number: summaries[0].number, fields: [T('存款', 'Deposits')], entry: '8090', kind: 'exchange' },
  { at: '2026-11-02T02:29:00Z', office: T('', ''), role: 'resident', purpose: T('您本人查看', 'Yourself'), case_number: null, fields: [], entry: '8000', kind: 'self' },
] };
export const entitlements = { items: [{
  id: '21', scheme: 'dibao', name: matter.name, from: '2026-09-01', to: null, state: 'active', monthly_fen: 237250, lines: decision.lines, next_review: '2027-08-31',
  payments: [{ id: '1', month: '2026-11', amount_fen: 237250, state: 'sent', paid_at: null, reason: null }, { id: '2', month: '2026-10', amount_fen: 237250, state: 'returned', paid_at: null, reason: T('账户名不符', 'Account name differs') }, { id: '3', month: '2026-09', amount_fen: 237250, state: 'paid', paid_at: '2026-09-10T02:00:00Z', reason: null }],
}] };
export const batches = [
  { id: '51', month: '2026-12', scheme: 'dibao', state: 'draft', count: 312, total_fen: 48211500, paid_fen: 0, returned_fen: 0, blocked: [{ entitlement: '22', reason: T('收款账户没有核实', 'Account not verified'), amount_fen: 145000 }], prepared_by: '赵发', prepared_at: NOW, approved_by: null, approved_at: null, file_sha: null, version: 1, may: ['approve', 'cancel'], due_on: '2026-12-10' },
  { id: '50', month: '2026-11', scheme: 'dibao', state: 'sent', count: 309, total_fen: 47800000, paid_fen: 47500000, returned_fen: 300000, blocked: [], prepared_by: '赵发', prepared_at: '2026-11-03T02:00:00Z', approved_by: '钱核', approved_at: '2026-11-04T02:00:00Z', file_sha: '9f2c', version: 4, may: ['file', 'returns'], due_on: '2026-11-10' },
];
export const batchDetail = (id) => ({
  batch: batches.find((b) => b.id === id) ?? batches[0], next: null,
  lines: Array.from({ length: 24 }, (_, i) => ({ id: String(i), name: names[i % names.length], account_masked: `6217********${String(1000 + i * 37)}`, amount_fen: 145000 + i * 1250, state: id === '50' ? (i === 3 ? 'returned' : 'paid') : 'prepared', reason: id === '50' && i === 3 ? T('账户名不符', 'Account name differs') : null })),
  ledger: [{ account: '2001', name: T('应付低保金', 'Payable: dibao'), debit_fen: 47800000, credit_fen: 0 }, { account: '1001', name: T('财政零余额账户', 'Treasury account'), debit_fen: 0, credit_fen: 47500000 }, { account: '2401', name: T('退回待处理', 'Returned, open'), debit_fen: 0, credit_fen: 300000 }],
});
export const parameters = { items: [...decision.parameters.map((p, i) => ({ ...p, owner: '市民政局', review_by: i === 2 ? '2026-06-30' : null, confirmed_by: p.confirmed ? '政策岗' : null, confirmed_at: p.confirmed ? NOW : null, note: i === 1 ? T('演示假定值', 'Assumed for the demonstration') : null }))] };
const months = ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'];
export const board = {
  as_of: NOW, log_head: '8f14e45fceea167a5a36dedd4bea2543', district_name: '西城区',
  numbers: [
    { id: 'open', name: T('在办', 'Open cases'), value: 128, unit: '件', before: 141, better: 'down' }, { id: 'late', name: T('超期', 'Late'), value: 6, unit: '件', before: 3, better: 'down' },
    { id: 'households', name: T('在享家庭', 'Households receiving'), value: 1312, unit: '户', before: 1298, better: 'none' }, { id: 'paid', name: T('本月发放', 'Paid this month'), value: 47500000, unit: 'fen', before: 46100000, better: 'none' },
    { id: 'on_time', name: T('按时办结率', 'On time'), value: 962, unit: 'permille', before: 948, better: 'up' },
  ],
  states: Object.entries(matterFile.states).slice(0, 9).map(([id, name], i) => ({ id, name, count: [9, 4, 38, 6, 3, 21, 17, 12, 18][i] })),
  on_time: { done: 412, on_time: 396, permille: 962 },
  months: months.map((m, i) => ({ month: m, applied: 40 + ((i * 17) % 23), approved: 28 + ((i * 11) % 15), refused: 5 + (i % 6), paid_fen: 43000000 + i * 420000 })),
  divisions: places.map((name, i) => ({ division: `1101020${String(i + 1).padStart(2, '0')}`, name, x: [2, 2, 1, 0, 3, 1, 3, 3, 3, 2, 2, 1, 1, 1, 0][i], y: [2, 1, 2, 1, 0, 3, 1, 3, 4, 3, 4, 4, 5, 6, 4][i], cases: 12 + (i * 7) % 40, open: 3 + (i * 5) % 14, late: i % 4 === 0 ? 2 : 0, households: 18000 + i * 1300, recipients: 50 + (i * 23) % 130, paid_fen: 2100000 + i * 160000, per_thousand: i === 7 ? null : 2 + (i * 3) % 9 })),
  late: summaries.filter((s) => s.late).slice(0, 6),
};
