import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useCall } from '../../api/hooks';
import type { BenefitProposal } from '../../api/types.gen';
import { Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, dayOf, money, month } from '../../locale/format';
import { Reasoned } from '../archive/Reasoned';
import { LetterButton } from './LetterButton';
import { LinesTable } from './LinesTable';
import { ServeDialog } from './ServeDialog';
import { cause, Notes, ProposalMark, UPWARD } from './words';

type Act = 'serve' | 'answer' | 'adopt' | 'drop' | 'withdraw' | 'serve_decision' | 'restore';
const ACTS: Act[] = ['serve', 'answer', 'adopt', 'drop', 'serve_decision', 'restore', 'withdraw'];
const MAIN: Act[] = ['serve', 'adopt', 'serve_decision'];

function send(id: string, act: Act, words: string) {
  const path = { proposal: id };
  switch (act) {
    case 'answer': return call('proposal_answer', { path, body: { words } });
    case 'adopt': return call('proposal_decide', { path, body: { adopt: true, words } });
    case 'drop': return call('proposal_decide', { path, body: { adopt: false, words } });
    case 'restore': return call('proposal_restore', { path, body: { words } });
    default: return call('proposal_withdraw', { path, body: { words } });
  }
}

/** What comes next, and who does it, for whoever has nothing to press. */
function next({ head }: BenefitProposal): string {
  if (head.state === 'proposed') return t(UPWARD.includes(head.kind) ? 'life.next.proposed_up' : 'life.next.proposed');
  if (head.state === 'heard') return head.answered_at ? t('life.next.answered') : t('life.next.heard', { date: day(head.answer_due) });
  return head.state === 'adopted' && !head.decision_served_at ? t('life.next.adopted') : t('life.next.done');
}

function Whole({ data, reload }: { data: BenefitProposal; reload: () => void }) {
  const { head } = data;
  const [act, setAct] = useState<Act | null>(null);
  const list = useCall('proposals');
  const close = () => setAct(null);
  const done = () => { close(); reload(); };
  const may = ACTS.filter((one) => head.may.includes(one));
  return (
    <>
      <div className="page-head"><h1>{t(`life.title.${head.kind}`, { name: head.name })}</h1><ProposalMark of={head} /></div>
      <p>{say(head.scheme_name)} · {head.division_name} · <a href={link('benefits', head.entitlement)}>{t('life.seeBenefit')}</a> · <a href={link('case', head.case_id)}>{t('recheck.case')}</a></p>
      <dl className="figures">
        <div><dt>{t('life.was')}</dt><dd className="number">{money(head.was_fen)}</dd></div>
        <div><dt>{t('life.willBe')}</dt><dd className="number">{head.kind === 'end' ? t('life.ends') : head.kind === 'suspend' ? t('life.suspends') : money(head.monthly_fen)}</dd></div>
        <div><dt>{t(head.state === 'adopted' ? 'life.from' : 'life.fromIfToday')}</dt><dd>{month(head.month)}</dd></div>
      </dl>
      <section className="panel">
        <h2>{t('life.nextStep')}</h2>
        <p>{next(data)}</p>
        {may.length > 0 && <p className="row">{may.map((one) => <Button key={one} type={MAIN.includes(one) ? 'primary' : 'default'} onClick={() => setAct(one)}>{t(`life.act.${one}`)}</Button>)}</p>}
        <p className="row">
          {!UPWARD.includes(head.kind) && <LetterButton kind="hearing" name={head.name} letter={() => call('proposal_letter', { path: { proposal: head.id }, query: { kind: 'hearing' } })} />}
          {head.decided_at && head.decided_by && <LetterButton kind="decision" name={head.name} letter={() => call('proposal_letter', { path: { proposal: head.id }, query: { kind: 'decision' } })} />}
        </p>
      </section>
      <section className="panel">
        <h2>{t('life.why')}</h2>
        <p>{t('life.causeOn', { cause: cause(data.cause), date: day(data.event) })}</p>
        {data.lines.length > 0 && <LinesTable lines={data.lines} caption={t(head.kind === 'reduce' ? 'life.remains' : 'life.due')} total={head.monthly_fen} />}
        <p className="quiet">{t('life.proposedOn', { date: dayOf(head.proposed_at), by: head.proposed_by ?? '' })}{head.decided_at && head.decided_by && <> · {t('life.decidedOn', { date: dayOf(head.decided_at), by: head.decided_by })}</>}</p>
      </section>
      <section className="panel"><h2>{t('life.said')}</h2><Notes notes={data.notes} /></section>
      {act === 'serve' && <ServeDialog title={t('life.act.serve')} means={t('life.means.serve')} onClose={close} onSend={async (how) => { await call('proposal_serve', { path: { proposal: head.id }, body: { how } }); done(); }} />}
      {act === 'serve_decision' && <ServeDialog title={t('life.act.serve_decision')} means={t('life.means.serve_decision')} onClose={close} onSend={async (how) => { await call('proposal_serve_decision', { path: { proposal: head.id }, body: { how } }); done(); }} />}
      {act && !act.startsWith('serve') && (
        <Reasoned title={t(`life.act.${act}`)} ok={t(`life.act.${act}`)} words={list.data?.words} onClose={close} onSend={async (words) => { await send(head.id, act, words); done(); }}>
          <p>{head.name} · {say(head.scheme_name)}</p>
          <p className="quiet">{t(act === 'adopt' && UPWARD.includes(head.kind) ? 'life.means.adopt_up' : `life.means.${act}`)}</p>
        </Reasoned>
      )}
    </>
  );
}

export function ProposalPage({ id }: { id: string }) {
  const question = useCall('proposal', { path: { proposal: id } });
  return (
    <>
      <p className="crumb"><a href="#/proposals">{t('desk.nav.proposals')}</a></p>
      {!question.data && <h1>{t('desk.nav.proposals')}</h1>}
      <Show of={question} lines={8}>{(data) => <Whole data={data} reload={question.reload} />}</Show>
    </>
  );
}
