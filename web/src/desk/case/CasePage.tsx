import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '../../api/client';
import { useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Case } from '../../api/types.gen';
import { Show, Skeleton } from '../../components/State';
import { go, link, parseRoute, useHash } from '../../components/route';
import { say, t, word } from '../../locale';
import { day } from '../../locale/format';
import { useKeys } from '../keys';
import { PurposeGate } from '../PurposeGate';
import { ActionPanel } from './ActionPanel';
import { CertificatesTab } from './CertificatesTab';
import { DecisionTab } from './DecisionTab';
import { FactsTab } from './FactsTab';
import { HistoryTab } from './HistoryTab';
import { NoticesTab } from './NoticesTab';
import { PapersTab } from './PapersTab';
import { ProcessTab } from './ProcessTab';
import { RecordsTab } from './RecordsTab';
import { SummaryTab } from './SummaryTab';
import { VerificationTab } from './VerificationTab';

/** Each with the route that it reads: who supervises sees how far a case is, not what it says of people. */
const TABS = [['summary', 'case'], ['facts', 'case_household'], ['verification', 'case_verification'], ['records', 'case_records'], ['decision', 'case_decision'], ['process', 'case_process'],
  ['papers', 'paper'], ['notices', 'notice_pdf'], ['certificates', 'case_certificates'], ['history', 'case_events']] as const;

export interface TabProps { data: Case; reload: () => void; purpose: string | undefined }

function Tab({ name, ...props }: TabProps & { name: string }) {
  switch (name) {
    case 'facts': return <FactsTab {...props} />;
    case 'verification': return <VerificationTab {...props} />;
    case 'decision': return <DecisionTab {...props} />;
    case 'records': return <RecordsTab {...props} />;
    case 'process': return <ProcessTab {...props} />;
    case 'papers': return <PapersTab {...props} />;
    case 'notices': return <NoticesTab {...props} />;
    case 'certificates': return <CertificatesTab {...props} />;
    case 'history': return <HistoryTab {...props} />;
    default: return <SummaryTab {...props} />;
  }
}

function Head({ data }: { data: Case }) {
  const { summary } = data;
  return (
    <div className="case-head">
      <p className="quiet"><span className="number">{summary.number}</span> · {say(summary.matter_name)} · {word('channel', summary.channel)} · {summary.division_name}</p>
      <h1>{summary.applicant_name} <span className={`mark ${summary.outcome === 'approved' ? 'is-good' : summary.late ? 'is-bad' : 'is-now'}`}>{say(summary.state_name)}</span></h1>
      <p className="case-dates">
        <span>{t('case.appliedOn', { date: day(summary.applied_on) })}</span>
        {summary.due_on && !summary.outcome && <span className={summary.late ? 'is-bad' : ''}>{t(summary.due_provisional ? 'case.dueProvisional' : 'case.due', { date: day(summary.due_on) })}{summary.late && ` \u00b7 ${t('cases.late')}`}</span>}
      </p>
      {data.merged_into.map((one) => <p key={one.id}>{t('merge.into')} <a className="number" href={link('case', one.id)}>{one.number}</a></p>)}
      {data.merged_from.length > 0 && <p>{t('merge.from')} {data.merged_from.map((one) => <a key={one.id} className="number" href={link('case', one.id)}>{one.number} </a>)}</p>}
    </div>
  );
}

/** Away for less, nothing much happened; each reading is a look that the resident sees. */
const AWAY_MS = 10_000;

/** Everything about a case: who, what is asked, what the law asks now; the acts stand at one place. */
export function CasePage({ id, tab }: { id: string; tab: string }) {
  const [purpose, setPurpose] = useState<string>();
  const question = useCall('case', { path: { case: id }, query: { purpose } });
  const { roles, mayCall } = useSession();
  const hash = useHash();
  const wanted = parseRoute(hash).query.get('task');
  const search = wanted ? `?task=${encodeURIComponent(wanted)}` : '';
  const next = useCallback(async () => {
    const list = await call('tasks', { query: { limit: 50 } }).catch(() => null);
    const at = list?.items.findIndex((task) => task.case === id) ?? -1;
    const other = list?.items.slice(at + 1).find((task) => task.case !== id) ?? list?.items.find((task) => task.case !== id);
    go(other ? `${link('case', other.case)}?task=${other.id}` : '#/tasks');
  }, [id]);
  // Several people work on one case: who comes back to this window, or by a link to a task that was not there, sees it as it is now.
  const { data: shown, reload } = question;
  const asked = useRef<string | null>(null);
  useEffect(() => {
    if (!wanted || !shown || asked.current === wanted) return;
    asked.current = wanted;
    if (!shown.tasks.some((task) => task.id === wanted)) reload();
  }, [wanted, shown, reload]);
  useEffect(() => {
    let left = 0;
    const leave = () => { left = Date.now(); };
    const back = () => { if (left && Date.now() - left > AWAY_MS) reload(); left = 0; };
    window.addEventListener('blur', leave);
    window.addEventListener('focus', back);
    return () => { window.removeEventListener('blur', leave); window.removeEventListener('focus', back); };
  }, [reload]);
  const works = ['community', 'clerk', 'reviewer', 'decider', 'district_clerk', 'district_decider'].some((role) => roles.has(role));
  useKeys(works ? { n: () => void next() } : {});
  if (question.error && /purpose/.test(question.error.problem?.code ?? '') && !question.data) return <PurposeGate onPurpose={setPurpose} />;
  if (question.loading && !question.data) return <Skeleton lines={10} />;
  return (
    <Show of={question}>{(data) => (
      <>
        <Head data={data} />
        <nav className="tabs" aria-label={t('case.tabs')}>
          <ul>
            {TABS.filter(([, route]) => mayCall(route)).map(([name]) => (
              <li key={name}><a href={`${link('case', id, ...(name === 'summary' ? [] : [name]))}${search}`} aria-current={(tab || 'summary') === name ? 'page' : undefined}>{t(`case.tab.${name}`)}</a></li>
            ))}
          </ul>
        </nav>
        <div className="case-body">
          <div className="case-main"><Tab name={tab} data={data} reload={question.reload} purpose={purpose} /></div>
          <ActionPanel data={data} wanted={wanted} reload={question.reload} onNext={works ? next : undefined} />
        </div>
      </>
    )}</Show>
  );
}
