import { useSession } from '../api/session';
import { switchLanguage, t, useLanguage } from '../locale';
import { link, useHash } from '../components/route';
import { forgetAll } from './apply/local';
import { setElder, useElder } from './elder';

export function Header({ onSkip }: { onSkip: () => void }) {
  const lang = useLanguage();
  const elder = useElder();
  const { session, meta, close } = useSession();
  const hash = useHash();
  const at = (path: string) => (hash === path || hash.startsWith(`${path}/`) ? 'page' as const : undefined);
  const mine = session?.kind === 'resident';
  return (
    <header className="top">
      <a className="skip" href={`#${hash}`} onClick={(e) => { e.preventDefault(); onSkip(); }}>{t('skip')}</a>
      <div className="top-row">
        <a className="brand" href="#/"><img src="/icon.svg" alt="" width="32" height="32" /><span>{t('brand.name')}{meta?.district_name && <small>{meta.district_name}</small>}</span></a>
        <div className="top-tools">
          <button type="button" className="tool" aria-pressed={elder} onClick={() => setElder(!elder)}>{t('tool.elder')}</button>
          <button type="button" className="tool" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => switchLanguage(lang === 'zh' ? 'en' : 'zh')}>{t('tool.language')}</button>
        </div>
      </div>
      {mine && (
        <nav className="top-nav" aria-label={t('nav.label')}>
          <ul>
            <li><a href="#/" aria-current={hash === '/' ? 'page' : undefined}>{t('nav.home')}</a></li>
            {!elder && <><li><a href={link('cases')} aria-current={at('/cases') ?? at('/case')}>{t('nav.cases')}</a></li>
            <li><a href={link('benefits')} aria-current={at('/benefits')}>{t('nav.benefits')}</a></li>
            <li><a href={link('certificates')} aria-current={at('/certificates')}>{t('nav.certificates')}</a></li>
            <li><a href={link('access')} aria-current={at('/access')}>{t('nav.access')}</a></li></>}
            <li className="top-out"><button type="button" className="text-button" onClick={() => { forgetAll(); void close().finally(() => { window.location.hash = '/'; }); }}>{t('nav.signOut')}<span className="hidden">{session.name}</span></button></li>
          </ul>
        </nav>
      )}
      {meta?.demo && <p className="demo-line">{t('demo.line')}</p>}
    </header>
  );
}

/** The number to call is on every page, and a touch calls it. */
export function Footer() {
  return (
    <footer className="foot">
      <div className="foot-row">
        <p className="foot-call"><span>{t('help.call')}</span> <a href={`tel:${t('help.number')}`}>{t('help.number')}</a></p>
        <p><a href={link('notices')}>{t('public.title')}</a> · <a href={link('parameters')}>{t('nav.parameters')}</a> · <a href={link('verify')}>{t('nav.verify')}</a></p>
      </div>
    </footer>
  );
}
