import type { Party } from '../api/types.gen';
import { t } from '../locale';
import { day, dayOf } from '../locale/format';

const LOOK = { given: 'is-good', waiting: 'is-warn', expired: 'is-bad', refused: 'is-bad', withdrawn: 'is-bad' } as const;

/** Where one person's word on the check stands, and until when it holds. */
export function ConsentMark({ party }: { party: Party }) {
  if (party.consent === 'none') return <span className="quiet">{t('authorise.notNeeded')}</span>;
  const until = party.authorised_until ? day(party.authorised_until) : '';
  return (
    <>
      <span className={`mark ${LOOK[party.consent]}`}>{party.consent === 'given' && party.authorised_at ? t('authorise.given', { date: dayOf(party.authorised_at) }) : t(`authorise.${party.consent}`, { date: until })}</span>
      {party.consent === 'given' && until && <> <small className="quiet">{t('authorise.until', { date: until })}</small></>}
    </>
  );
}
