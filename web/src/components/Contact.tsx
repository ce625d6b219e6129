import type { Contact as Office } from '../api/types.gen';
import { say, t } from '../locale';

/** Window, telephone (a touch calls it), address and hours of an office. */
export function Contact({ office }: { office: Office }) {
  return (
    <dl className="facts pairs">
      <div><dt>{t('contact.office')}</dt><dd>{t('contact.of', { division: office.division_name, office: say(office.office) })}</dd></div>
      <div><dt>{t('contact.telephone')}</dt><dd><a className="number" href={`tel:${office.telephone.replace(/[^0-9+]/g, '')}`}>{office.telephone}</a></dd></div>
      <div><dt>{t('contact.address')}</dt><dd>{say(office.address)}</dd></div>
      <div><dt>{t('contact.hours')}</dt><dd>{say(office.hours)}</dd></div>
    </dl>
  );
}
