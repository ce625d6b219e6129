import { Button } from 'antd';
import { useState } from 'react';
import { call, saveBlob } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { BenefitLife, LifeAct, Payment, ProposalHead, RecoveryHead } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, dayOf, money, month } from '../../locale/format';
import { DeathDialog } from './DeathDialog';
import { LinesTable } from './LinesTable';
import { ProposeDialog } from './ProposeDialog';
import { FORMATS } from './StatementsPage';
import { BENEFIT, cause, ProposalMark, RecoveryMark } from './words';

type Step =
  | { at: string; what: 'opened' }
  | { at: string; what: 'act'; of: LifeAct }
  | { at: string; what: 'proposal'; of: ProposalHead }
  | { at: string; what: 'recovery'; of: RecoveryHead };

/** Everything that happened, the newest first. */
function stepsOf(life: BenefitLife): Step[] {
  const steps: Step[] = [
    ...life.acts.map((of): Step => ({ at: of.at, what: 'act', of })),
    ...life.proposals.map((of): Step => ({ at: of.proposed_at, what: 'proposal', of })),
    ...life.recoveries.map((of): Step => ({ at: of.found_at, what: 'recovery', of })),
  ];
  steps.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return [...steps, { at: life.opened_at, what: 'opened' }];
}

function StepRow({ step, life }: { step: Step; life: BenefitLife }) {
  switch (step.what) {
    case 'opened': return <><strong>{t('life.step.opened')}</strong> <span className="quiet">{t('life.since', { month: month(life.from) })}</span></>;
    case 'act': return (
      <>
        <strong>{t(`life.step.${step.of.kind}`)}</strong> <span className="quiet">{step.of.by}</span>
        <p>{step.of.until === step.of.month ? cause(step.of.cause) : t('life.actLine', { month: month(step.of.month), sum: money(step.of.monthly_fen), cause: cause(step.of.cause) })}</p>
      </>
    );
    case 'proposal': return <><a href={link('proposals', step.of.id)}><strong>{t(`life.step.propose_${step.of.kind}`)}</strong></a> <ProposalMark of={step.of} /> <span className="quiet">{step.of.proposed_by}</span></>;
    default: return <><a href={link('recoveries', step.of.id)}><strong>{t('life.step.recovery', { sum: money(step.of.amount_fen) })}</strong></a> <RecoveryMark of={step.of} /></>;
  }
}

const PAYMENT = { prepared: '', approved: 'is-now', sent: 'is-now', paid: 'is-good', returned: 'is-bad', cancelled: '' } as const;

function PaymentLine({ of }: { of: Payment }) {
  return (
    <p><span className="number">{money(of.amount_fen)}</span> <span className={`mark ${PAYMENT[of.state]}`}>{t(`payment.state.${of.state}`)}</span>{of.correction && <> <span className="mark">{t('life.backPay')}</span></>}
      <span className="quiet"> {of.paid_at && dayOf(of.paid_at)} {of.reason && say(of.reason)}</span></p>
  );
}

function Months({ life }: { life: BenefitLife }) {
  if (life.months.length === 0) return <Empty title={t('life.months.none')} />;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('life.months')}>
      <table className="grid is-cards">
        <thead><tr><th scope="col">{t('life.col.month')}</th><th scope="col" className="is-number">{t('life.col.due')}</th><th scope="col">{t('life.col.paid')}</th><th scope="col">{t('life.col.corrected')}</th></tr></thead>
        <tbody>{life.months.map((one) => (
          <tr key={one.month}>
            <th scope="row">{month(one.month)}</th>
            <td data-label={t('life.col.due')} className="is-number"><div className="number">{money(one.due_fen)}</div></td>
            <td data-label={t('life.col.paid')}><div>{life.payments.filter((p) => p.month === one.month).map((p) => <PaymentLine key={p.id} of={p} />)}{!life.payments.some((p) => p.month === one.month) && <span className="quiet">{t('life.notRun')}</span>}</div></td>
            <td data-label={t('life.col.corrected')}><div>{one.owed_fen > 0 && <p>{t('life.owed', { sum: money(one.owed_fen) })}</p>}{one.overpaid_fen > 0 && <p>{t('life.overpaid', { sum: money(one.overpaid_fen) })}</p>}{one.owed_fen === 0 && one.overpaid_fen === 0 && '\u2014'}</div></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** What the person was paid in the last twelve months, as a file. */
function Statement({ life }: { life: BenefitLife }) {
  const { meta } = useSession();
  const act = useAct();
  const to = (meta?.today ?? '').slice(0, 7);
  const from = `${Number(to.slice(0, 4)) - 1}${to.slice(4)}`;
  const save = (format: (typeof FORMATS)[number]) => act.run(async () => saveBlob(await call('benefit_statement', { path: { entitlement: life.id }, query: { from, to, format } }) as unknown as Blob, `statement-person-${from}-${to}.${format}`));
  return (
    <>
      <p className="row">{FORMATS.map((format) => <Button key={format} size="small" loading={act.busy} onClick={() => void save(format)}>{t('statement.person', { format: t(`statement.file.${format}`) })}</Button>)}</p>
      {act.error && <Problem error={act.error} />}
    </>
  );
}

function Whole({ life, reload }: { life: BenefitLife; reload: () => void }) {
  const [act, setAct] = useState<'propose' | 'confirm' | 'refute' | null>(null);
  const close = () => setAct(null);
  const done = () => { close(); reload(); };
  return (
    <>
      <div className="page-head"><h1>{t('life.of', { name: life.name, scheme: say(life.scheme_name) })}</h1><span className={`mark ${BENEFIT[life.state]}`}>{t(`life.state.${life.state}`)}</span></div>
      <p>{life.division_name} · <a href={link('case', life.case_id)}>{t('recheck.case')}</a></p>
      <dl className="figures">
        <div><dt>{t('life.col.monthly')}</dt><dd className="number">{money(life.monthly_fen)}</dd></div>
        <div><dt>{t('life.from')}</dt><dd>{month(life.from)}</dd></div>
        {life.to && <div><dt>{t('life.until')}</dt><dd>{day(life.to)}</dd></div>}
        {life.next_review && life.state !== 'ended' && <div><dt>{t('life.col.review')}</dt><dd>{day(life.next_review)}</dd></div>}
      </dl>
      {life.may.length > 0 && (
        <p className="row">
          {life.may.includes('death') && <><Button type="primary" onClick={() => setAct('confirm')}>{t('life.death.confirm')}</Button><Button onClick={() => setAct('refute')}>{t('life.death.refute')}</Button></>}
          {life.may.includes('propose') && <Button onClick={() => setAct('propose')}>{t('life.propose')}</Button>}
        </p>
      )}
      {life.lines.length > 0 && <section className="panel"><LinesTable lines={life.lines} caption={t('life.lines')} total={life.lines.reduce((sum, line) => sum + line.monthly_fen, 0)} /></section>}
      <section className="panel"><h2>{t('life.timeline')}</h2>
        <ol className="timeline">{stepsOf(life).map((step, i) => <li key={i}><span className="quiet">{dayOf(step.at)}</span><div><StepRow step={step} life={life} /></div></li>)}</ol>
      </section>
      <section className="panel"><h2>{t('life.months')}</h2><Months life={life} /><Statement life={life} /></section>
      {act === 'propose' && <ProposeDialog life={life} onClose={close} onDone={done} />}
      {(act === 'confirm' || act === 'refute') && <DeathDialog life={life} confirm={act === 'confirm'} onClose={close} onDone={done} />}
    </>
  );
}

/** A benefit from its grant to today. */
export function BenefitPage({ id }: { id: string }) {
  const question = useCall('benefit', { path: { entitlement: id } });
  return (
    <>
      <p className="crumb"><a href="#/benefits">{t('desk.nav.benefits')}</a></p>
      {!question.data && <h1>{t('desk.nav.benefits')}</h1>}
      <Show of={question} lines={10}>{(life) => <Whole life={life} reload={question.reload} />}</Show>
    </>
  );
}
