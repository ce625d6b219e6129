import { lazy, Suspense, useEffect, useRef } from 'react';
import { useSession } from '../api/session';
import { Problem, Skeleton } from '../components/State';
import { parseRoute, useHash, type Route } from '../components/route';
import { t, useLanguage } from '../locale';
import { AccessPage } from './AccessPage';
import { Apply } from './apply/Apply';
import { BenefitsPage } from './BenefitsPage';
import { CasesPage } from './CasesPage';
import { CertificatesPage } from './CertificatesPage';
import { CaseRoutes } from './case/CaseRoutes';
import { GivebackPage } from './GivebackPage';
import { HearingPage } from './HearingPage';
import { HomePage } from './HomePage';
import { LifePage } from './LifePage';
import { MatterPage } from './MatterPage';
import { NoticesListPage } from './NoticesListPage';
import { ParametersPage } from './ParametersPage';
import { Footer, Header } from './Shell';
import { SignIn } from './SignIn';
import { VerifyPage } from './VerifyPage';

/** Loaded when somebody asks for it: the first page stays light. */
const Calculator = lazy(() => import('./calculator/Calculator').then((module) => ({ default: module.Calculator })));

/** Pages that need a person. */
const PRIVATE = ['apply', 'cases', 'case', 'access', 'benefits', 'certificates', 'proposal', 'recovery'];

function Page({ route }: { route: Route }) {
  const { session } = useSession();
  const [name = '', ...rest] = route.parts;
  if (PRIVATE.includes(name) && session?.kind !== 'resident') return <SignIn next={route.full} />;
  switch (name) {
    case '': return <HomePage />;
    case 'life': return <LifePage event={rest[0] ?? ''} />;
    case 'matter': return <MatterPage id={rest[0] ?? ''} />;
    case 'check': return <Suspense fallback={<Skeleton />}><Calculator step={rest[0] ?? ''} /></Suspense>;
    case 'notices': return <NoticesListPage />;
    case 'parameters': return <ParametersPage />;
    case 'signin': return <SignIn next={route.query.get('next') ?? '/'} />;
    case 'apply': return <Apply matter={rest[0] ?? ''} page={rest[1] ?? ''} />;
    case 'cases': return <CasesPage />;
    case 'case': return <CaseRoutes id={rest[0] ?? ''} page={rest.slice(1)} />;
    case 'access': return <AccessPage />;
    case 'benefits': return <BenefitsPage />;
    case 'proposal': return <HearingPage id={rest[0] ?? ''} />;
    case 'recovery': return <GivebackPage id={rest[0] ?? ''} />;
    case 'certificates': return <CertificatesPage />;
    case 'verify': return <VerifyPage />;
    default: return <NotFound />;
  }
}

function NotFound() {
  return (
    <>
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.text')}</p>
      <p><a className="button" href="#/">{t('nav.home')}</a></p>
    </>
  );
}

/** A new page starts at its top, with the focus on it, and with its own title. */
function usePageChange(hash: string, ready: boolean) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!ready) return;
    if (first.current) { first.current = false; return; }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [hash, ready]);
  useEffect(() => {
    if (!main.current) return undefined;
    const rename = () => {
      const heading = main.current?.querySelector('h1')?.textContent;
      document.title = heading ? `${heading} \u00b7 ${t('brand.name')}` : t('brand.name');
    };
    const watch = new MutationObserver(rename);
    watch.observe(main.current, { childList: true, subtree: true, characterData: true });
    rename();
    return () => watch.disconnect();
  }, [ready]);
  return main;
}

export function App() {
  useLanguage();
  const hash = useHash();
  const { ready, error, meta } = useSession();
  const main = usePageChange(hash, ready);
  const route = parseRoute(hash);
  const skip = () => main.current?.focus();
  return (
    <>
      <Header onSkip={skip} />
      <main id="main" ref={main} tabIndex={-1}>
        {!ready ? <Skeleton /> : error && !meta ? <Problem error={error} onRetry={() => window.location.reload()} /> : <Page route={route} />}
      </main>
      <Footer />
    </>
  );
}
