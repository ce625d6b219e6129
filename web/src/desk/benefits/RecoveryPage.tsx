import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useCall } from '../../api/hooks';
import type { Recovery, RecoveryPart } from '../../api/types.gen';
import { Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, dayOf, money, month } from '../../locale/format';
import { Reasoned } from '../archive/Reasoned';
import { AmountDialog } from './AmountDialog';
import { LetterButton } from './LetterButton';
import { PlanDialog } from './PlanDialog';
import { cause, Notes, RecoveryMark } from './words';

type Act = 'plan' | 'receive' | 'ask_waiver';
const ACTS: Act[] = ['receive', 'plan', 'ask_waiver'];

function Plan({ data }: { data: Recovery }) {
  if (data.plan.length === 0) return <p>{t('life.plan.none')}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('life.plan')}>
      <table className="grid is-cards">
        <thead><tr><th scope="col">{t('life.col.number')}</th><th scope="col">{t('life.col.dueOn')}</th><th scope="col" className="is-number">{t('life.col.amount')}</th><th scope="col">{t('life.col.state')}</th></tr></thead>
        <tbody>{data.plan.map((one) => (
          <tr key={one.number}>
            <th scope="row">{t('life.instalment', { n: one.number })}</th>
            <td data-label={t('life.col.dueOn')} className="is-day"><div>{day(one.due_on)}</div></td>
            <td data-label={t('life.col.amount')} className="is-number"><div className="number">{money(one.amount_fen)}</div></td>
            <td data-label={t('life.col.state')}><div>{one.covered_fen === one.amount_fen ? <span className="mark is-good">{t('life.covered')}</span> : one.late ? <span className="mark is-bad">{t('life.late')}</span> : <span className="mark">{t('life.toCome')}</span>}{one.covered_fen > 0 && one.covered_fen < one.amount_fen && <> <span className="quiet">{t('life.coveredPart', { sum: money(one.covered_fen) })}</span></>}</div></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Parts({ data, onAnswer }: { data: Recovery; onAnswer: (part: RecoveryPart, approve: boolean) => void }) {
  if (data.parts.length === 0) return <p>{t('life.parts.none')}</p>;
  return (
    <ul className="bullets">{data.parts.map((part) => (
      <li key={part.id}>
        <strong>{t(`life.part.${part.kind}`, { sum: money(part.amount_fen) })}</strong> <span className={`mark ${part.state === 'booked' ? 'is-good' : part.state === 'refused' ? 'is-bad' : 'is-now'}`}>{t(`life.partState.${part.state}`)}</span>
        <span className="quiet"> {dayOf(part.asked_at)} {part.asked_by}{part.answered_by && ` · ${part.answered_by}`}</span>
        {part.may_answer && <p className="row"><Button type="primary" onClick={() => onAnswer(part, true)}>{t('life.waiver.approve')}</Button><Button onClick={() => onAnswer(part, false)}>{t('life.waiver.refuse')}</Button></p>}
      </li>
    ))}</ul>
  );
}

function Whole({ data, reload }: { data: Recovery; reload: () => void }) {
  const { head } = data;
  const words = useCall('recoveries').data?.words;
  const [act, setAct] = useState<Act | null>(null);
  const [answer, setAnswer] = useState<{ part: RecoveryPart; approve: boolean } | null>(null);
  const done = () => { setAct(null); setAnswer(null); reload(); };
  const path = { recovery: head.id };
  const may = ACTS.filter((one) => head.may.includes(one));
  return (
    <>
      <div className="page-head"><h1>{t('life.recoveryOf', { name: head.name })}</h1><RecoveryMark of={head} /></div>
      <p>{say(head.scheme_name)} · {head.division_name} · <a href={link('benefits', head.entitlement)}>{t('life.seeBenefit')}</a></p>
      <dl className="figures">
        <div><dt>{t('life.col.amount')}</dt><dd className="number">{money(head.amount_fen)}</dd></div>
        <div><dt>{t('life.received')}</dt><dd className="number">{money(head.received_fen)}</dd></div>
        <div><dt>{t('life.waived')}</dt><dd className="number">{money(head.waived_fen)}</dd></div>
        {head.reversed_fen > 0 && <div><dt>{t('life.reversed')}</dt><dd className="number">{money(head.reversed_fen)}</dd></div>}
        <div><dt>{t('life.col.open')}</dt><dd className="number">{money(head.open_fen)}</dd></div>
      </dl>
      {may.length > 0 && <p className="row">{may.map((one, i) => <Button key={one} type={i === 0 ? 'primary' : 'default'} onClick={() => setAct(one)}>{t(`life.act.${one}`)}</Button>)}</p>}
      <section className="panel">
        <h2>{t('life.why')}</h2>
        <p>{t('life.foundOn', { date: dayOf(head.found_at), cause: cause(head.cause) })}</p>
        {head.open_fen > 0 && <p className="row"><LetterButton kind="recovery" name={head.name} letter={() => call('recovery_letter', { path })} /></p>}
        <ul className="bullets">{data.months.map((one) => <li key={one.month}>{month(one.month)} <span className="number">{money(one.amount_fen)}</span>{one.reversed_fen > 0 && <span className="quiet"> {t('life.reversedPart', { sum: money(one.reversed_fen) })}</span>}</li>)}</ul>
      </section>
      <section className="panel"><h2>{t('life.plan')}</h2><Plan data={data} /></section>
      <section className="panel"><h2>{t('life.parts')}</h2><Parts data={data} onAnswer={(part, approve) => setAnswer({ part, approve })} /></section>
      {data.notes.length > 0 && <section className="panel"><h2>{t('life.said')}</h2><Notes notes={data.notes} /></section>}
      {act === 'plan' && <PlanDialog data={data} onClose={() => setAct(null)} onDone={done} />}
      {act === 'receive' && <AmountDialog title={t('life.act.receive')} means={t('life.means.receive')} most={head.open_fen} words={words} onClose={() => setAct(null)} onSend={async (body) => { await call('recovery_receive', { path, body }); done(); }} />}
      {act === 'ask_waiver' && <AmountDialog title={t('life.act.ask_waiver')} means={t('life.means.ask_waiver')} most={head.open_fen} words={words} onClose={() => setAct(null)} onSend={async (body) => { await call('recovery_waiver_ask', { path, body }); done(); }} />}
      {answer && (
        <Reasoned title={t(answer.approve ? 'life.waiver.approve' : 'life.waiver.refuse')} ok={t(answer.approve ? 'life.waiver.approve' : 'life.waiver.refuse')} words={words} onClose={() => setAnswer(null)}
          onSend={async (text) => { await call('recovery_waiver_answer', { path: { waiver: answer.part.id }, body: { approve: answer.approve, words: text } }); done(); }}>
          <p>{t('life.part.waived', { sum: money(answer.part.amount_fen) })}</p>
        </Reasoned>
      )}
    </>
  );
}

export function RecoveryPage({ id }: { id: string }) {
  const question = useCall('recovery', { path: { recovery: id } });
  return (
    <>
      <p className="crumb"><a href="#/recoveries">{t('desk.nav.recoveries')}</a></p>
      {!question.data && <h1>{t('desk.nav.recoveries')}</h1>}
      <Show of={question} lines={8}>{(data) => <Whole data={data} reload={question.reload} />}</Show>
    </>
  );
}
