import { call, saveBlob } from '../api/client';
import { useAct, useCall } from '../api/hooks';
import type { Certificate } from '../api/types.gen';
import { Empty, Problem, Show } from '../components/State';
import { link } from '../components/route';
import { say, t } from '../locale';
import { day, dayOf } from '../locale/format';

function Item({ item }: { item: Certificate }) {
  const act = useAct();
  const path = { certificate: item.id };
  const name = say(item.name);
  return (
    <li className="card">
      <p className="card-state"><span className={`mark ${item.status === 'valid' ? 'is-good' : 'is-bad'}`}>{t(`certificate.status.${item.status}`)}</span></p>
      <h2>{name}</h2>
      <p>{t('certificate.days', { from: day(item.issued_on), to: day(item.valid_until) })}</p>
      {item.revoked_at && <p>{t('certificate.revokedOn', { date: dayOf(item.revoked_at), why: t(`certificate.reason.${item.reason}`) })}</p>}
      {act.error && <Problem error={act.error} />}
      <p className="actions">
        <button type="button" className="button" disabled={act.busy} onClick={() => void act.run(async () => saveBlob(await call('certificate_pdf', { path }), `${name}.pdf`))}>{t('certificate.download')}<span className="hidden">{name}</span></button>
        <button type="button" className="button is-second" disabled={act.busy} onClick={() => void act.run(async () => saveBlob(await call('certificate_file', { path }), `${name}.txt`))}>{t('certificate.signed')}<span className="hidden">{name}</span></button>
      </p>
      <p className="card-words"><span className="number">{item.case_number}</span><span className="number">{t('access.entry', { entry: item.entry })}</span></p>
    </li>
  );
}

/** What the bureau certified about me, to save and to show. */
export function CertificatesPage() {
  const list = useCall('my_certificates');
  return (
    <>
      <h1>{t('certificate.mine')}</h1>
      <p className="lead">{t('certificate.mineLead')}</p>
      <Show of={list}>{({ items }) => items.length === 0 ? <Empty title={t('certificate.noneMine')}><p>{t('certificate.noneMineHint')}</p></Empty>
        : <ul className="cards">{items.map((item) => <Item key={item.id} item={item} />)}</ul>}</Show>
      <p><a href={link('verify')}>{t('certificate.check')}</a></p>
    </>
  );
}
