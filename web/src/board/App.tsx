import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useCall } from '../api/hooks';
import { useSession } from '../api/session';
import { StaffSignIn } from '../components/StaffSignIn';
import { Problem, Show, Skeleton } from '../components/State';
import { switchLanguage, t, useLanguage } from '../locale';
import { BoardPage } from './BoardPage';

const READERS = ['leader', 'auditor', 'policy', 'city', 'district_clerk', 'district_decider', 'decider', 'reviewer'];

function Content() {
  const [month, setMonth] = useState('');
  const { roles, meta } = useSession();
  const allowed = READERS.some((role) => roles.has(role));
  const question = useCall('board', { query: { month: month || undefined }, skip: !allowed });
  if (!allowed) return <div className="note is-warn"><h2>{t('board.forbidden')}</h2><p>{t('board.forbiddenText')}</p></div>;
  return <Show of={question} lines={10}>{(board) => <BoardPage board={board} month={month} latest={meta?.today.slice(0, 7) ?? ''} onMonth={setMonth} />}</Show>;
}

export function App() {
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
        <nav aria-label={t('desk.nav.label')}><a href="/desk/">{t('board.toDesk')}</a></nav>
        <div className="row">
          <Button size="small" onClick={() => switchLanguage(lang === 'zh' ? 'en' : 'zh')} lang={lang === 'zh' ? 'en' : 'zh-CN'}>{t('tool.language')}</Button>
          <Button size="small" onClick={() => void close()}>{t('nav.signOut')}</Button>
        </div>
      </header>
      <main className="board">
        {meta?.demo && <p className="demo-line">{t('demo.line')}</p>}
        <Content />
      </main>
    </>
  );
}
