import { useCall } from '../api/hooks';
import { Empty, Show } from '../components/State';
import { link } from '../components/route';
import { say, t } from '../locale';
import { lifeEvents } from './HomePage';

export function LifePage({ event }: { event: string }) {
  const matters = useCall('matters');
  return (
    <Show of={matters}>{(list) => {
      const found = lifeEvents(list).find((entry) => entry.id === event);
      return (
        <>
          <Back />
          <h1>{found?.text ?? t('life.none')}</h1>
          {!found && <Empty title={t('life.none')}><p>{t('life.noneHint')}</p></Empty>}
          <ul className="plain-list block">
            {found?.matters.map((matter) => <li key={matter.id}><a href={link('matter', matter.id)}>{say(matter.name)}</a><p>{say(matter.summary)}</p></li>)}
          </ul>
        </>
      );
    }}</Show>
  );
}

export function Back({ to = '#/', label }: { to?: string; label?: string }) {
  return <p className="back no-print"><a href={to}>{label ?? t('back')}</a></p>;
}
