import { useCall } from '../../api/hooks';
import type { Decision } from '../../api/types.gen';
import { Amounts } from '../../components/Amounts';
import { Explanation } from '../../components/Explanation';
import { Reasons } from '../../components/Reasons';
import { organText } from '../../components/organ';
import { Parameters } from '../../components/Parameters';
import { Empty, Show } from '../../components/State';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, dayOf, money } from '../../locale/format';
import type { CaseProps } from './CaseRoutes';
import { Lines } from './Lines';

const TONES = { eligible: 'good', not_eligible: 'bad', undecided: 'now' } as const;

function Answer({ decision }: { decision: Decision }) {
  const { outcome } = decision;
  return (
    <section className={`result is-${TONES[outcome]}`}>
      <h2>{t(`outcome.${outcome}`)}</h2>
      {outcome === 'eligible' && <p className="sum"><span className="sum-figure number">{money(decision.monthly_fen)}</span> {t('benefit.month')}</p>}
      <p>
        {decision.state === 'proposed' ? t('decision.proposed') : t('decision.by', { by: decision.decided_by ?? '', date: dayOf(decision.decided_at) })}
        {decision.organ && ` ${organText(decision.organ)}`}
      </p>
    </section>
  );
}

function Why({ decision }: { decision: Decision }) {
  return (
    <section className="block">
      <h2>{t('decision.why')}</h2>
      {decision.written_reasons && <blockquote>{decision.written_reasons}</blockquote>}
      <Reasons of={decision} />
      {decision.missing.length > 0 && (
        <div className="note is-warn">
          <h3>{t('decision.missing')}</h3>
          <ul>{decision.missing_names.map((name, i) => <li key={i}>{say(name)}</li>)}</ul>
          {!decision.missing_exact && <p>{t('decision.missingMore')}</p>}
        </div>
      )}
    </section>
  );
}

export function DecisionPage({ data }: CaseProps) {
  const { id } = data.summary;
  const question = useCall('case_decision', { path: { case: id } });
  if (question.error?.status === 404) return <><h1>{t('decision.title')}</h1><Empty title={t('decision.none')}><p>{t('decision.noneHint')}</p></Empty></>;
  return (
    <>
      <h1>{t('decision.title')}</h1>
      <Show of={question}>{(decision) => (
        <>
          <Answer decision={decision} />
          <Lines lines={decision.lines} total={decision.monthly_fen} once={decision.once_fen} />
          <Why decision={decision} />
          {decision.explanation && <Amounts of={decision.explanation.amounts ?? []} className="block" />}
          {decision.explanation && <Explanation of={decision.explanation} className="block" />}
          <section className="block">
            <h2>{t('decision.appeal')}</h2>
            <p>{t('decision.appealText')}</p>
            <ul className="bullets">
              {data.remedies.filter((remedy) => remedy.may_file || remedy.filed_at).map((remedy) => <li key={remedy.kind + remedy.id}><strong>{say(remedy.name)}</strong> {remedy.deadline ? t('remedy.until', { date: day(remedy.deadline) }) : ''} <span>{say(remedy.organ)}</span></li>)}
            </ul>
            <p className="actions"><a className="button is-second" href={link('case', id, 'appeal')}>{t('decision.appealDo')}</a></p>
          </section>
          <section className="block">
            <h2>{t('decision.parameters')}</h2>
            <p className="lead">{t('decision.parametersHint', { date: day(decision.as_of) })}</p>
            <details className="more"><summary>{t('decision.parametersAll', { n: decision.parameters.length })}</summary><Parameters items={decision.parameters} /></details>
          </section>
          <p className="actions">
            <a className="button is-second" href={link('case', id, 'proof')}>{t('decision.proof')}</a>
            <button type="button" className="button is-second" onClick={() => window.print()}>{t('print')}</button>
          </p>
        </>
      )}</Show>
    </>
  );
}
