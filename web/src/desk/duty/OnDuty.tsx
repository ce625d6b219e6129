import { useCall } from '../../api/hooks';
import { t } from '../../locale';
import { moment } from '../../locale/format';

/** Who has the night or the holiday just now, above the list of what is to be done; nothing when nobody is on duty. */
export function OnDuty() {
  const now = (useCall('shifts').data?.items ?? []).filter((one) => one.now);
  if (now.length === 0) return null;
  return (
    <ul className="note on-duty">{now.map((one) => (
      <li key={one.id}>{t(one.me ? 'roster.meNow' : 'roster.now', { name: one.name, post: one.post_name, telephone: one.telephone, until: moment(one.until) })}</li>
    ))}</ul>
  );
}
