import { call } from '../../api/client';
import { Empty } from '../../components/State';
import { go, link } from '../../components/route';
import type { Remedy } from '../../api/types.gen';
import { say, t } from '../../locale';
import { day, dayOf } from '../../locale/format';
import type { CaseProps } from './CaseRoutes';
import { TextAct } from './TextActs';

/** Objection, complaint, reconsideration and litigation are four things, each with its organ and its time. */
export function RemediesPage({ data }: CaseProps) {
  return (
    <>
      <h1>{t('remedy.title')}</h1>
      <p className="lead">{t('remedy.lead')}</p>
      {data.remedies.length === 0 ? <Empty title={t('remedy.none')}><p>{t('remedy.noneHint')}</p></Empty> : (
        <ul className="cards">{data.remedies.map((remedy) => <RemedyCard key={remedy.kind + remedy.id} caseId={data.summary.id} remedy={remedy} />)}</ul>
      )}
    </>
  );
}

function RemedyCard({ caseId, remedy }: { caseId: string; remedy: Remedy }) {
  return (
    <li className="card">
      <h2>{say(remedy.name)}</h2>
      <p>{t(`remedy.what.${remedy.kind}`)}</p>
      <dl className="mini">
        <div><dt>{t('remedy.organ')}</dt><dd>{say(remedy.organ)}</dd></div>
        {remedy.deadline && <div><dt>{t('remedy.deadline')}</dt><dd>{day(remedy.deadline)}</dd></div>}
        {remedy.filed_at && <div><dt>{t('remedy.filed')}</dt><dd>{dayOf(remedy.filed_at)}</dd></div>}
        {remedy.filed_at && remedy.due_on && <div><dt>{t('remedy.answer')}</dt><dd>{day(remedy.due_on)}</dd></div>}
      </dl>
      {remedy.note && <p>{say(remedy.note)}</p>}
      {!remedy.filed_at && !remedy.may_file && <p>{t('remedy.notNow')}</p>}
      {remedy.article && <p className="article">{t('remedy.article', { article: remedy.article })}</p>}
      {remedy.filed_at && remedy.answer_article && <p className="article">{t('remedy.answerArticle', { article: remedy.answer_article })}</p>}
      {remedy.may_file && <a className="button is-second" href={link('case', caseId, 'appeal', remedy.kind)}>{t('remedy.file', { name: say(remedy.name) })}</a>}
    </li>
  );
}

export function RemedyPage({ data, reload, kind }: CaseProps & { kind: string }) {
  const { id } = data.summary;
  const remedy = data.remedies.find((candidate) => candidate.kind === kind);
  if (!remedy?.may_file) return <><h1>{t('remedy.title')}</h1><Empty title={t('remedy.closed')} /></>;
  return (
    <>
      <h1>{say(remedy.name)}</h1>
      <p className="lead">{t(`remedy.what.${remedy.kind}`)}</p>
      <p>{t('remedy.goesTo', { organ: say(remedy.organ) })}{remedy.deadline ? ` ${t('remedy.until', { date: day(remedy.deadline) })}` : ''}</p>
      <TextAct label={t('remedy.label')} hint={t('remedy.hint')} needed={t('remedy.needed')} action={t('remedy.send')}
        onSend={async (text) => { await call('case_remedy', { path: { case: id }, body: { kind: remedy.kind, text } }); reload(); go(link('case', id, 'appeal')); }} />
    </>
  );
}
