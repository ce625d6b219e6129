import { Button } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useSession } from '../api/session';
import { BOARD_READERS, roleName } from '../components/roles';
import { go, parseRoute, useHash, type Route } from '../components/route';
import { StaffSignIn } from '../components/StaffSignIn';
import { Problem, Skeleton } from '../components/State';
import { switchLanguage, t, useLanguage } from '../locale';
import { CertificatesPage } from './archive/CertificatesPage';
import { DestructionsPage } from './archive/DestructionsPage';
import { DossiersPage } from './archive/DossiersPage';
import { BenefitPage } from './benefits/BenefitPage';
import { BenefitsPage } from './benefits/BenefitsPage';
import { ProposalPage } from './benefits/ProposalPage';
import { ProposalsPage } from './benefits/ProposalsPage';
import { RecoveriesPage } from './benefits/RecoveriesPage';
import { RecoveryPage } from './benefits/RecoveryPage';
import { StatementsPage } from './benefits/StatementsPage';
import { CasesPage } from './CasesPage';
import { CasePage } from './case/CasePage';
import { DuplicatePage } from './duplicates/DuplicatePage';
import { DuplicatesPage } from './duplicates/DuplicatesPage';
import { DutyPage } from './duty/DutyPage';
import { ExchangePage } from './exchange/ExchangePage';
import { SubmissionsPage } from './exchange/SubmissionsPage';
import { AllotmentForm } from './funds/AllotmentForm';
import { AllotmentPage } from './funds/AllotmentPage';
import { FundsPage } from './funds/FundsPage';
import { ImportBatchPage } from './imports/ImportBatchPage';
import { ImportsPage } from './imports/ImportsPage';
import { LeadPage } from './leads/LeadPage';
import { LeadsPage } from './leads/LeadsPage';
import { forgetTaskDrafts } from './case/taskDraft';
import { setShortcuts, useShortcuts } from './keys';
import { NewCasePage } from './NewCasePage';
import { forgetKept } from './offline/kept';
import { ParametersPage } from './ParametersPage';
import { BatchesPage } from './payments/BatchesPage';
import { BatchPage } from './payments/BatchPage';
import { ReconcilePage } from './payments/ReconcilePage';
import { RechecksPage } from './payments/RechecksPage';
import { QualityPage } from './quality/QualityPage';
import { QualityRowsPage } from './quality/QualityRowsPage';
import { QuestionsPage } from './QuestionsPage';
import { NewRecordPage } from './registers/RecordForm';
import { RecordPage } from './registers/RecordPage';
import { RegisterPage } from './registers/RegisterPage';
import { RegistersPage } from './registers/RegistersPage';
import { SecrecyPage } from './SecrecyPage';
import { StatisticsPage } from './StatisticsPage';
import { TakenCasePage } from './taken/TakenCasePage';
import { TakenPage } from './taken/TakenPage';
import { TasksPage } from './TasksPage';

const WORKERS = ['community', 'clerk', 'reviewer', 'decider', 'district_clerk', 'district_decider'];
interface Place { path: string; key: string; roles: string[] | null }
const PLACES: Place[] = [
  { path: 'tasks', key: 'desk.nav.tasks', roles: WORKERS },
  { path: 'cases', key: 'desk.nav.cases', roles: [...WORKERS, 'leader', 'auditor'] },
  { path: 'leads', key: 'desk.nav.leads', roles: ['community', 'clerk', 'reviewer', 'district_clerk', 'leader'] },
  { path: 'new', key: 'desk.nav.new', roles: ['community', 'clerk'] },
  { path: 'taken', key: 'desk.nav.taken', roles: ['clerk'] },
  { path: 'payments', key: 'desk.nav.payments', roles: ['cashier', 'finance', 'leader', 'auditor'] },
  { path: 'benefits', key: 'desk.nav.benefits', roles: ['clerk', 'decider', 'cashier', 'finance', 'leader', 'auditor'] },
  { path: 'proposals', key: 'desk.nav.proposals', roles: ['clerk', 'decider', 'leader', 'auditor'] },
  { path: 'recoveries', key: 'desk.nav.recoveries', roles: ['clerk', 'decider', 'cashier', 'finance', 'leader', 'auditor'] },
  { path: 'statements', key: 'desk.nav.statements', roles: ['cashier', 'finance', 'leader', 'auditor'] },
  { path: 'funds', key: 'desk.nav.funds', roles: ['cashier', 'finance', 'leader', 'auditor'] },
  { path: 'bank', key: 'desk.nav.bank', roles: ['cashier', 'finance', 'leader', 'auditor'] },
  { path: 'rechecks', key: 'desk.nav.rechecks', roles: ['clerk', 'decider'] },
  { path: 'registers', key: 'desk.nav.registers', roles: null },
  { path: 'duplicates', key: 'desk.nav.duplicates', roles: ['clerk', 'reviewer', 'district_clerk'] },
  { path: 'quality', key: 'desk.nav.quality', roles: ['clerk', 'reviewer', 'decider', 'district_clerk', 'district_decider', 'leader', 'auditor'] },
  { path: 'imports', key: 'desk.nav.imports', roles: ['clerk', 'district_clerk'] },
  { path: 'exchange', key: 'desk.nav.exchange', roles: ['clerk', 'reviewer', 'decider', 'district_clerk', 'district_decider', 'leader', 'auditor', 'policy'] },
  { path: 'submissions', key: 'desk.nav.submissions', roles: ['district_clerk', 'district_decider', 'leader', 'auditor'] },
  { path: 'certificates', key: 'desk.nav.certificates', roles: ['clerk', 'district_clerk', 'leader', 'auditor'] },
  { path: 'archive', key: 'desk.nav.archive', roles: ['district_clerk', 'leader', 'auditor'] },
  { path: 'statistics', key: 'desk.nav.statistics', roles: ['leader', 'auditor', 'reviewer', 'decider', 'district_clerk', 'district_decider'] },
  { path: 'duty', key: 'desk.nav.duty', roles: [...WORKERS, 'leader'] },
  { path: 'questions', key: 'desk.nav.questions', roles: ['leader', 'auditor'] },
  { path: 'secrecy', key: 'desk.nav.secrecy', roles: ['leader', 'district_decider', 'auditor'] },
  { path: 'parameters', key: 'desk.nav.parameters', roles: null },
];
const open = (roles: Set<string>): Place[] => PLACES.filter((place) => !place.roles || place.roles.some((role) => roles.has(role)));

function Page({ route }: { route: Route }) {
  const { roles } = useSession();
  const [name = '', id = '', tab = ''] = route.parts;
  const first = open(roles)[0]?.path ?? 'parameters';
  useEffect(() => { if (name === '') go(`#/${first}`, true); }, [name, first]);
  switch (name) {
    case '': return <Skeleton />;
    case 'tasks': return <TasksPage />;
    case 'cases': return <CasesPage />;
    case 'case': return <CasePage id={id} tab={tab} />;
    case 'leads': return id ? <LeadPage id={id} /> : <LeadsPage />;
    case 'new': return <NewCasePage />;
    case 'taken': return id ? <TakenCasePage key={id} id={id} /> : <TakenPage />;
    case 'payments': return id ? <BatchPage id={id} /> : <BatchesPage />;
    case 'benefits': return id ? <BenefitPage key={id} id={id} /> : <BenefitsPage />;
    case 'proposals': return id ? <ProposalPage key={id} id={id} /> : <ProposalsPage />;
    case 'recoveries': return id && id !== 'back' ? <RecoveryPage key={id} id={id} /> : <RecoveriesPage back={id === 'back'} />;
    case 'statements': return <StatementsPage />;
    case 'funds': return id === 'new' ? <AllotmentForm /> : id ? <AllotmentPage key={id} id={id} /> : <FundsPage />;
    case 'bank': return <ReconcilePage />;
    case 'rechecks': return <RechecksPage />;
    case 'registers': return tab === 'new' ? <NewRecordPage name={id} /> : tab ? <RecordPage name={id} id={tab} /> : id ? <RegisterPage name={id} /> : <RegistersPage />;
    case 'duplicates': return id ? <DuplicatePage key={id} id={id} /> : <DuplicatesPage />;
    case 'quality': return id && tab ? <QualityRowsPage key={id + tab} rule={id} division={tab} /> : <QualityPage key={id} division={id} />;
    case 'imports': return id ? <ImportBatchPage key={id} id={id} /> : <ImportsPage />;
    case 'exchange': return <ExchangePage />;
    case 'submissions': return <SubmissionsPage />;
    case 'certificates': return <CertificatesPage />;
    case 'archive': return id === 'destructions' ? <DestructionsPage /> : <DossiersPage />;
    case 'statistics': return <StatisticsPage />;
    case 'duty': return <DutyPage />;
    case 'questions': return <QuestionsPage />;
    case 'secrecy': return <SecrecyPage />;
    case 'parameters': return <ParametersPage />;
    default: return <><h1>{t('notFound.title')}</h1><p>{t('notFound.text')}</p></>;
  }
}

function Side({ route }: { route: Route }) {
  const { session, roles, close, meta } = useSession();
  const lang = useLanguage();
  const [shown, setShown] = useState(false);
  const shortcuts = useShortcuts();
  const here = route.parts[0] === 'case' ? 'cases' : route.parts[0];
  useEffect(() => setShown(false), [route.full]);
  return (
    <header className={`side${shown ? ' is-shown' : ''}`}>
      <div className="side-head">
        <a className="brand" href="#/"><img src="/icon.svg" alt="" width="28" height="28" /><span>{t('desk.brand')}<small>{meta?.district_name}</small></span></a>
        <button type="button" className="side-toggle" aria-expanded={shown} onClick={() => setShown(!shown)}>{t('desk.menu')}</button>
      </div>
      <div className="side-body">
        <nav aria-label={t('desk.nav.label')}>
          <ul>
            {open(roles).map((place) => (
              <li key={place.path}><a href={`#/${place.path}`} aria-current={here === place.path ? 'page' : undefined}>{t(place.key)}</a></li>
            ))}
            {BOARD_READERS.some((role) => roles.has(role)) && <li><a href="/board/">{t('desk.nav.board')}</a></li>}
            {['policy', 'leader', 'auditor'].some((role) => roles.has(role)) && <li><a href="/studio/">{t('desk.nav.studio')}</a></li>}
          </ul>
        </nav>
        <div className="side-foot">
          <p><strong>{session?.name}</strong><br />{session?.roles.map((grant) => grant.deputy_for ? t('duty.forWhom', { role: roleName(grant.role), name: grant.deputy_for }) : `${roleName(grant.role)} \u00b7 ${grant.division_name}`).slice(0, 3).map((text) => <span key={text}>{text}<br /></span>)}</p>
          <label className="side-keys"><input type="checkbox" checked={shortcuts} onChange={(e) => setShortcuts(e.target.checked)} /> {t('desk.shortcuts')}</label>
          <div className="side-acts">
            <Button size="small" onClick={() => switchLanguage(lang === 'zh' ? 'en' : 'zh')} lang={lang === 'zh' ? 'en' : 'zh-CN'}>{t('tool.language')}</Button>
            <Button size="small" onClick={() => { forgetTaskDrafts(); void forgetKept(); void close(); }}>{t('nav.signOut')}</Button>
          </div>
        </div>
      </div>
    </header>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return <main className="signin-main">{children}</main>;
}

export function App() {
  useLanguage();
  const hash = useHash();
  const route = parseRoute(hash);
  const { session, ready, error, meta } = useSession();
  const main = useRef<HTMLElement>(null);
  const place = route.parts.slice(0, route.parts[0] === 'registers' ? 3 : 2).join('/');
  useEffect(() => { window.scrollTo(0, 0); main.current?.focus({ preventScroll: true }); }, [place]);
  useEffect(() => { document.title = t('desk.brand'); });
  if (!ready) return <Frame><Skeleton /></Frame>;
  if (error && !meta) return <Frame><Problem error={error} onRetry={() => window.location.reload()} /></Frame>;
  if (session?.kind !== 'staff') return <Frame><StaffSignIn title={t('desk.brand')} /></Frame>;
  return (
    <div className="desk">
      <Side route={route} />
      <main ref={main} tabIndex={-1} id="main">
        {meta?.demo && <p className="demo-line">{t('demo.line')}</p>}
        <Page route={route} />
      </main>
    </div>
  );
}
