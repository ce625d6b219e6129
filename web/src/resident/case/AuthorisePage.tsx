import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import { Problem } from '../../components/State';
import { useSession } from '../../api/session';
import type { Party } from '../../api/types.gen';
import { t, word } from '../../locale';
import { ConsentMark } from '../../components/ConsentMark';
import type { CaseProps } from './CaseRoutes';

/** Consent is given one by one and only for oneself; others sign at the counter or in their own account. */
export function AuthorisePage({ data, reload }: CaseProps) {
  const { session } = useSession();
  const act = useAct();
  const { id } = data.summary;
  const give = (party: Party, how: 'portal' | 'refused' | 'withdrawn') => act.run(async () => {
    await call('case_authorise', { path: { case: id }, body: { person: party.person, how } });
    reload();
  });
  return (
    <>
      <h1>{t('authorise.title')}</h1>
      <p className="lead">{t('authorise.lead')}</p>
      <ul className="bullets block">
        <li>{t('authorise.what')}</li>
        <li>{t('authorise.use')}</li>
        <li>{t('authorise.refuse')}</li>
      </ul>
      {act.error && <Problem error={act.error} focus />}
      <ul className="cards">
        {data.parties.filter((party) => party.consent !== 'none').map((party) => {
          const mine = party.person === session?.person;
          return (
            <li key={party.person} className="card">
              <h2>{party.name} <small>{party.relation || word('party', party.party)}</small></h2>
              <ConsentMark party={party} />
              {party.consent === 'given' && mine && data.may.includes('withdraw_consent') && (
                <>
                  <p>{t('authorise.withdrawHint')}</p>
                  <div className="actions"><button type="button" className="button is-second" disabled={act.busy} onClick={() => void give(party, 'withdrawn')}>{t('authorise.withdraw')}</button></div>
                </>
              )}
              {party.consent !== 'given' && mine && (
                <div className="actions">
                  <button type="button" className="button" disabled={act.busy} onClick={() => void give(party, 'portal')}>{t('authorise.do')}</button>
                  <button type="button" className="button is-second" disabled={act.busy} onClick={() => void give(party, 'refused')}>{t('authorise.no')}</button>
                </div>
              )}
              {party.consent !== 'given' && !mine && <p>{t('authorise.other')}</p>}
            </li>
          );
        })}
      </ul>
    </>
  );
}
