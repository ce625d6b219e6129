import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useSession } from '../api/session';
import { parseRoute, useHash, type Route } from '../components/route';
import { StaffSignIn } from '../components/StaffSignIn';
import { Problem, Skeleton } from '../components/State';
import { switchLanguage, t, useLanguage } from '../locale';
import { DraftPage } from './DraftPage';
import { ListPage } from './ListPage';
import { MigrationPage } from './migration/MigrationPage';
import { ComparePage } from './reform/ComparePage';
import { ReformPage } from './reform/ReformPage';
import { ReformsPage } from './reform/ReformsPage';
import { VersionPage } from './VersionPage';

const READERS = ['policy', 'leader', 'auditor'];

function Content({ route }: { route: Route }) {
  const { roles } = useSession();
  const [name = '', a = '', b = ''] = route.parts;
  if (!READERS.some((role) => roles.has(role))) return <div className="note is-warn"><h1>{t('studio.forbidden')}</h1><p>{t('studio.forbiddenText')}</p></div>;
  switch (name) {
    case '': return <ListPage />;
    case 'reforms': return a ? <ReformPage key={a} id={a} /> : <ReformsPage />;
    case 'compare': return <ComparePage key={`${a}/${b}`} first={a} second={b} />;
    case 'migrations': return <MigrationPage />;
    case 'version': return <VersionPage key={`${a}/${b}`} matter={a} file={b} />;
    case 'draft': return <DraftPage key={a} id={a} />;
    default: return <><h1>{t('notFound.title')}</h1><p>{t('notFound.text')}</p></>;
  }
}

export function App() {
  const lang = useLanguage();
  const route = parseRoute(useHash());
  const { session, ready, error, meta, close } = useSession();
  const main = useRef<HTMLElement>(null);
  const place = route.parts.join('/');
  useEffect(() => { window.scrollTo(0, 0); main.current?.focus({ preventScroll: true }); }, [place]);
  useEffect(() => { document.title = t('studio.brand'); });
  if (!ready) return <main className="signin-main"><Skeleton /></main>;
  if (error && !meta) return <main className="signin-main"><Problem error={error} onRetry={() => window.location.reload()} /></main>;
  if (session?.kind !== 'staff') return <main className="signin-main"><StaffSignIn title={t('studio.brand')} /></main>;
  return (
    <>
      <header className="studio-top no-print">
        <a className="brand" href="#/"><img src="/icon.svg" alt="" width="28" height="28" /><span>{t('studio.brand')}</span></a>
        <nav aria-label={t('desk.nav.label')}><ul><li><a href="#/reforms">{t('reform.title')}</a></li><li><a href="#/migrations">{t('migrate.title')}</a></li><li><a href="/desk/">{t('board.toDesk')}</a></li><li><a href="/board/">{t('desk.nav.board')}</a></li></ul></nav>
        <div className="row">
          <span className="quiet">{session.name}</span>
          <Button size="small" onClick={() => switchLanguage(lang === 'zh' ? 'en' : 'zh')} lang={lang === 'zh' ? 'en' : 'zh-CN'}>{t('tool.language')}</Button>
          <Button size="small" onClick={() => void close()}>{t('nav.signOut')}</Button>
        </div>
      </header>
      <main className="studio" ref={main} tabIndex={-1}>
        {meta?.demo && <p className="demo-line">{t('demo.line')}</p>}
        <Content route={route} />
      </main>
    </>
  );
}
