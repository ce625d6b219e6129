import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useCall } from '../api/hooks';
import { useSession } from '../api/session';
import { BOARD_READERS } from '../components/roles';
import { StaffSignIn } from '../components/StaffSignIn';
import { Empty, Problem, Show, Skeleton } from '../components/State';
import { switchLanguage, t, useLanguage } from '../locale';
import { link, parseRoute, useHash } from '../components/route';
import { BoardPage } from './BoardPage';
import { IndexPage } from './plan/IndexPage';
import { MapPage } from './plan/MapPage';
import { PlanPage } from './plan/PlanPage';
import { WorkPage } from './plan/WorkPage';

/** The plan of this place comes first; else the first there is. */
function Plans({ id, part, more }: { id?: string; part?: string; more?: string }) {
  const { meta } = useSession();
  const question = useCall('plans');
  return (
    <Show of={question} lines={10}>{({ items }) => {
      const own = items.filter((p) => p.division === meta?.district).at(-1) ?? items.at(-1);
      const plan = id ?? own?.id;
      if (!plan) return <Empty title={t('plan.noPlans')} />;
      return (<>
        <nav className="plan-tabs no-print" aria-label={t('work.tabs')}>
          <a href={link('plan', plan)} aria-current={part ? undefined : 'page'}>{t('work.tabIndicators')}</a>
          <a href={link('plan', plan, 'map')} aria-current={part === 'map' ? 'page' : undefined}>{t('map.tab')}</a>
          <a href={link('plan', plan, 'index')} aria-current={part === 'index' ? 'page' : undefined}>{t('index.tab')}</a>
          <a href={link('plan', plan, 'work')} aria-current={part === 'work' ? 'page' : undefined}>{t('work.tab')}</a>
        </nav>
        {part === 'map' ? <MapPage key={plan} id={plan} plans={items} indicator={more} />
          : part === 'index' ? <IndexPage />
          : part === 'work' ? <WorkPage key={plan} id={plan} plans={items} task={more} /> : <PlanPage key={plan} id={plan} plans={items} today={meta?.today ?? ''} />}
      </>);
    }}</Show>
  );
}

function Today() {
  const [month, setMonth] = useState('');
  const { meta } = useSession();
  const question = useCall('board', { query: { month: month || undefined } });
  return <Show of={question} lines={10}>{(board) => <BoardPage board={board} month={month} latest={meta?.today.slice(0, 7) ?? ''} onMonth={setMonth} />}</Show>;
}

function Content({ parts }: { parts: string[] }) {
  const { roles } = useSession();
  if (!BOARD_READERS.some((role) => roles.has(role))) return <div className="note is-warn"><h2>{t('board.forbidden')}</h2><p>{t('board.forbiddenText')}</p></div>;
  return parts[0] === 'plan' ? <Plans id={parts[1]} part={parts[2]} more={parts[3]} /> : <Today />;
}

export function App() {
  const { parts } = parseRoute(useHash());
  const lang = useLanguage();
  const { session, ready, error, meta, close } = useSession();
  useEffect(() => { document.title = t('board.brand'); });
  if (!ready) return <main className="signin-main"><Skeleton /></main>;
  if (error && !meta) return <main className="signin-main"><Problem error={error} onRetry={() => window.location.reload()} /></main>;
  if (session?.kind !== 'staff') return <main className="signin-main"><StaffSignIn title={t('board.brand')} /></main>;
  return (
    <>
      <header className="board-top no-print">
        <a className="brand" href="/board/"><img src="/icon.svg" alt="" width="28" height="28" /><span>{t('board.brand')}</span></a>
        <nav aria-label={t('desk.nav.label')} className="board-tabs">
          <a href="#/" aria-current={parts[0] === 'plan' ? undefined : 'page'}>{t('board.tab.today')}</a>
          <a href="#/plan" aria-current={parts[0] === 'plan' ? 'page' : undefined}>{t('board.tab.plan')}</a>
          <a href="/desk/">{t('board.toDesk')}</a>
        </nav>
        <div className="row">
          <Button size="small" onClick={() => switchLanguage(lang === 'zh' ? 'en' : 'zh')} lang={lang === 'zh' ? 'en' : 'zh-CN'}>{t('tool.language')}</Button>
          <Button size="small" onClick={() => void close()}>{t('nav.signOut')}</Button>
        </div>
      </header>
      <main className="board">
        {meta?.demo && <p className="demo-line">{t('demo.line')}</p>}
        <Content parts={parts} />
      </main>
    </>
  );
}
