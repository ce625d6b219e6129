import { useCall } from '../../api/hooks';
import { roleName } from '../../components/roles';
import { Empty, Show } from '../../components/State';
import { say, t } from '../../locale';
import { moment } from '../../locale/format';
import type { TabProps } from './CasePage';

export function HistoryTab({ data }: TabProps) {
  const question = useCall('case_events', { path: { case: data.summary.id } });
  return (
    <Show of={question} lines={8}>{({ items }) => items.length === 0 ? <Empty title={t('history.none')} /> : (
      <section className="panel">
        <h2>{t('history.title')}</h2>
        <ol className="timeline">
          {items.map((event) => (
            <li key={`${event.case_number} ${event.seq}`}>
              <span className="quiet">{moment(event.at)}</span>
              <span><strong>{say(event.text)}</strong> {event.case_number && <span className="mark">{t('merge.of', { number: event.case_number })}</span>} <span className="quiet">{event.actor}{event.role && ` \u00b7 ${roleName(event.role)}`}{event.entry && ` \u00b7 ${t('access.entry', { entry: event.entry })}`}</span></span>
            </li>
          ))}
        </ol>
      </section>
    )}</Show>
  );
}
