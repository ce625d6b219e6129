import { useCall } from '../../api/hooks';
import { Empty, Show } from '../../components/State';
import { say, t } from '../../locale';
import { moment } from '../../locale/format';
import { roleName } from '../../components/roles';
import type { CaseProps } from './CaseRoutes';

export function HistoryPage({ data }: CaseProps) {
  const events = useCall('case_events', { path: { case: data.summary.id } });
  return (
    <>
      <h1>{t('history.title')}</h1>
      <Show of={events}>{({ items }) => items.length === 0 ? <Empty title={t('history.none')} /> : (
        <ol className="timeline">
          {items.map((event) => (
            <li key={event.seq}>
              <p className="article">{moment(event.at)}</p>
              <p>{say(event.text)}</p>
              <p className="article">{event.actor}{event.role ? ` \u00b7 ${roleName(event.role)}` : ''}</p>
            </li>
          ))}
        </ol>
      )}</Show>
    </>
  );
}
