import type { Case } from '../../api/types.gen';
import { Contact } from '../../components/Contact';
import { StepLine } from '../../components/StepLine';
import { link } from '../../components/route';
import { say, t } from '../../locale';
import { day, money } from '../../locale/format';
import { tone } from '../CaseCard';
import type { CaseProps } from './CaseRoutes';

const DONE = ['withdrawn', 'closed', 'ended', 'terminated'];

/** What the person can do now, the most pressing first. */
function Todo({ data }: { data: Case }) {
  const { summary } = data;
  const waiting = data.parties.filter((party) => party.consent_needed && !party.authorised_at);
  const may = new Set(data.may);
  return (
    <>
      {waiting.length > 0 && (may.has('authorise') || may.size === 0) && (
        <div className="note is-warn">
          <h2>{t('case.todo.authorise')}</h2>
          <p>{t('case.todo.authoriseText', { names: waiting.map((party) => party.name).join(t('form.join')) })}</p>
          <a className="button" href={link('case', summary.id, 'authorise')}>{t('case.todo.authoriseDo')}</a>
        </div>
      )}
      {may.has('explain') && (
        <div className="note is-warn">
          <h2>{t('case.todo.explain')}</h2>
          <p>{t('case.todo.explainText')}</p>
          <a className="button" href={link('case', summary.id, 'explain')}>{t('case.todo.explainDo')}</a>
        </div>
      )}
    </>
  );
}

function Result({ data }: { data: Case }) {
  const { summary } = data;
  if (!summary.outcome || data.ending) return null;
  const [into] = data.merged_into;
  if (into) return (
    <section className="result is-now">
      <h2>{t('outcome.merged')}</h2>
      <p>{t('merge.resident')} <span className="number">{into.number}</span></p>
      <a className="button" href={link('case', into.id)}>{t('merge.see')}</a>
    </section>
  );
  const kind = tone(summary);
  return (
    <section className={`result is-${kind}`}>
      <h2>{t(`outcome.${summary.outcome}`)}</h2>
      {summary.outcome === 'approved' && !!summary.monthly_fen && <p className="sum"><span className="sum-figure number">{money(summary.monthly_fen)}</span> {t('benefit.month')}</p>}
      <a className="button" href={link('case', summary.id, 'decision')}>{t('case.seeReasons')}</a>
    </section>
  );
}

/** Ended by a notice, not by a decision: what it says, by which article, and what can be done about it. */
function Ending({ data }: { data: Case }) {
  const { ending, summary, notices } = data;
  if (!ending) return null;
  const notice = notices.find((one) => one.id === ending.notice);
  return (
    <section className="result is-bad">
      <h2>{say(ending.name)}</h2>
      {ending.text.map((text, i) => <p key={i}>{say(text)}</p>)}
      <p className="article">{t('remedy.article', { article: ending.article })}</p>
      {notice && <p><a href={notice.pdf} target="_blank" rel="noreferrer">{t('notices.open')}<span className="hidden">{say(notice.name)}</span></a></p>}
      <h3>{t('decision.appeal')}</h3>
      <ul className="bullets">
        {data.remedies.filter((remedy) => remedy.may_file || remedy.filed_at).map((remedy) => <li key={remedy.kind + remedy.id}><strong>{say(remedy.name)}</strong> {remedy.deadline ? t('remedy.until', { date: day(remedy.deadline) }) : ''} <span>{say(remedy.organ)}</span></li>)}
      </ul>
      <a className="button is-second" href={link('case', summary.id, 'appeal')}>{t('decision.appealDo')}</a>
    </section>
  );
}

function Doors({ data }: { data: Case }) {
  const { id } = data.summary;
  const doors: [string, string][] = [
    ['papers', t('case.door.papers', { n: data.papers.length })],
    ['notices', t('case.door.notices', { n: data.notices.length })],
    ...(data.remedies.length > 0 ? [['appeal', t('case.door.appeal')] as [string, string]] : []),
    ['proof', t('case.door.proof')],
    ['history', t('case.door.history')],
    ...(data.may.includes('withdraw_consent') ? [['authorise', t('authorise.title')] as [string, string]] : []),
    ...(data.may.includes('withdraw') ? [['withdraw', t('case.door.withdraw')] as [string, string]] : []),
  ];
  return (
    <nav aria-label={t('case.doors')} className="block">
      <ul className="plain-list">{doors.map(([page, label]) => <li key={page}><a href={link('case', id, page)}>{label}</a></li>)}</ul>
    </nav>
  );
}

export function CasePage({ data }: CaseProps) {
  const { summary } = data;
  const over = !!summary.outcome || DONE.includes(summary.state);
  return (
    <>
      <h1>{say(summary.matter_name)}</h1>
      <p className="card-words">
        <span className={`mark is-${tone(summary)}`}>{say(summary.state_name)}</span>
        <span className="number">{summary.number}</span>
        <span>{t('case.appliedOn', { date: day(summary.applied_on) })}</span>
        {!over && summary.due_on && <span>{t(summary.due_provisional ? 'case.dueProvisional' : 'case.due', { date: day(summary.due_on) })}</span>}
      </p>
      {summary.late && !over && <div className="note is-bad"><p>{t('case.late', { number: t('help.number') })}</p></div>}
      <Result data={data} />
      <Ending data={data} />
      <Todo data={data} />
      <section className="block">
        <h2>{t('case.steps')}</h2>
        <StepLine steps={data.steps} />
      </section>
      {data.publication && (
        <section className="block">
          <h2>{t('case.publication')}</h2>
          <p>{t('case.publicationText', { place: data.publication.place, from: day(data.publication.from), until: day(data.publication.until) })}</p>
        </section>
      )}
      <Doors data={data} />
      {data.contact && <div className="note"><h2>{t('case.contact')}</h2>{data.contact_at ? <Contact office={data.contact_at} /> : <p>{say(data.contact)}</p>}</div>}
    </>
  );
}
