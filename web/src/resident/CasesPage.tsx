import { useCall } from '../api/hooks';
import { Empty, Show } from '../components/State';
import { t } from '../locale';
import { CaseCard } from './CaseCard';

export function CasesPage() {
  const cases = useCall('my_cases');
  return (
    <>
      <h1>{t('cases.title')}</h1>
      <Show of={cases}>{({ items }) => items.length === 0
        ? <Empty title={t('cases.none')}><p>{t('cases.noneHint')}</p><a className="button" href="#/">{t('cases.see')}</a></Empty>
        : <ul className="cards">{items.map((item) => <CaseCard key={item.id} item={item} />)}</ul>}</Show>
    </>
  );
}
