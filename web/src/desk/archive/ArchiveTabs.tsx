import { t } from '../../locale';

export function ArchiveTabs({ at }: { at: 'archive' | 'destructions' }) {
  return (
    <nav className="tabs" aria-label={t('archive.tabs')}>
      <ul>
        <li><a href="#/archive" aria-current={at === 'archive' ? 'page' : undefined}>{t('archive.tab.dossiers')}</a></li>
        <li><a href="#/archive/destructions" aria-current={at === 'destructions' ? 'page' : undefined}>{t('archive.tab.destructions')}</a></li>
      </ul>
    </nav>
  );
}
