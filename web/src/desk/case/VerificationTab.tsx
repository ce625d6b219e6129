import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import { factText } from '../../components/FactValue';
import { Empty, Show } from '../../components/State';
import { say, t, word } from '../../locale';
import { day, dayOf, money } from '../../locale/format';
import { called } from '../../locale/words';
import { FactTable } from './FactsTab';
import type { TabProps } from './CasePage';

const MARK = { answered: 'is-good', waiting: 'is-now', no_answer: 'is-bad' } as const;

export function VerificationTab({ data }: TabProps) {
  const question = useCall('case_verification', { path: { case: data.summary.id } });
  const { meta } = useSession();
  return (
    <Show of={question} lines={8}>{(report) => report.state === 'none'
      ? <Empty title={t('verify.none')}><p>{t('verify.noneHint')}</p></Empty>
      : (
        <>
          <section className="panel">
            <h2>{t('verify.title')} <span className="quiet">{t(`verify.state.${report.state}`)}{report.requested_at && ` \u00b7 ${t('verify.asked', { date: dayOf(report.requested_at) })}`}</span></h2>
            {report.pdf && <p><a href={report.pdf} target="_blank" rel="noreferrer">{t('verify.pdf')}</a></p>}
            {report.simulated && <p className="mark is-warn">{t('verify.simulated')}</p>}
            {report.conflicts.length > 0 && (
              <div className="scroll" tabIndex={0} role="region" aria-label={t('verify.conflicts')}>
                <table className="grid">
                  <caption>{t('verify.conflicts')}</caption>
                  <thead><tr><th scope="col">{t('facts.name')}</th><th scope="col">{t('verify.declared')}</th><th scope="col">{t('verify.found')}</th><th scope="col">{t('facts.source')}</th><th scope="col" className="is-number">{t('explain.difference')}</th></tr></thead>
                  <tbody>{report.conflicts.map((conflict, i) => (
                    <tr key={i} className="is-conflict"><th scope="row">{called(conflict.fact)}</th><td>{factText(conflict.declared)}</td><td><strong>{factText(conflict.found)}</strong></td><td>{word('source', conflict.source)}</td><td className="is-number number">{conflict.difference_fen != null ? money(conflict.difference_fen) : ''}</td></tr>
                  ))}</tbody>
                </table>
              </div>
            )}
          </section>
          {report.sources.map((source) => (
            <section key={source.source} className="panel">
              <h3>{say(source.name)} <span className={`mark ${MARK[source.state]}`}>{t(`verify.source.${source.state}`)}</span></h3>
              <p className="quiet">
                {source.answered_at ? t('verify.answered', { date: dayOf(source.answered_at) }) : source.due_on ? t('verify.due', { date: day(source.due_on) }) : ''}
                {!source.answered_at && source.due_on && meta && source.due_on < meta.today && ` \u00b7 ${t('verify.notZero')}`}
              </p>
              {source.findings.length > 0 && <FactTable facts={source.findings} label={say(source.name)} />}
            </section>
          ))}
        </>
      )}</Show>
  );
}
