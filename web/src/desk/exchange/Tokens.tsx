import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct } from '../../api/hooks';
import type { ExchangeList, ExchangeToken, ExchangeTokenMade } from '../../api/types.gen';
import { Empty, Problem } from '../../components/State';
import { say, t } from '../../locale';
import { count, day, moment } from '../../locale/format';

const MARK: Record<ExchangeToken['state'], string> = { open: 'is-good', expired: '', revoked: 'is-bad' };

function NewToken({ of, onDone }: { of: ExchangeList; onDone: () => void }) {
  const [form, setForm] = useState({ offer: of.offers[0]?.id ?? '', consumer: '', name: '', division: of.division, per_minute: '60', expires_on: '', basis: '' });
  const [made, setMade] = useState<ExchangeTokenMade | null>(null);
  const act = useAct();
  const field = (name: keyof typeof form) => ({ value: form[name], onChange: (e: { target: { value: string } }) => setForm({ ...form, [name]: e.target.value }) });
  const offer = of.offers.find((one) => one.id === form.offer);
  const send = (event: FormEvent) => {
    event.preventDefault();
    void act.run(async () => {
      setMade(null);
      setMade(await call('exchange_token_new', { body: { ...form, per_minute: Number(form.per_minute), basis: form.basis || undefined } }));
      onDone();
    });
  };
  return (
    <form className="panel" onSubmit={send}>
      <h3>{t('exchange.newToken')}</h3>
      <div className="filters">
        <label>{t('exchange.offer')}<select {...field('offer')}>{of.offers.map((one) => <option key={one.id} value={one.id}>{say(one.name)}</option>)}</select></label>
        <label>{t('exchange.consumerName')}<input type="text" required minLength={2} maxLength={60} {...field('name')} /></label>
        <label>{t('exchange.consumer')}<input type="text" required pattern="[a-z0-9][a-z0-9\-]{1,23}" title={t('exchange.consumerHint')} {...field('consumer')} /></label>
        <label>{t('exchange.division')}<input type="text" required inputMode="numeric" pattern="[0-9]{6}|[0-9]{9}|[0-9]{12}" {...field('division')} /></label>
        <label>{t('exchange.perMinute')}<input type="number" required min={1} max={600} {...field('per_minute')} /></label>
        <label>{t('exchange.expires')}<input type="date" required min={of.today} {...field('expires_on')} /></label>
        {offer?.whole && <label>{t('exchange.document')}<input type="text" maxLength={200} aria-describedby="exchange-basis-hint" {...field('basis')} /></label>}
        <Button type="primary" htmlType="submit" loading={act.busy}>{t('exchange.make')}</Button>
      </div>
      {offer?.whole && <p className="quiet" id="exchange-basis-hint">{t('exchange.documentHint')}</p>}
      {act.error && <Problem error={act.error} focus />}
      {made && <div className="note is-warn" role="status"><p>{t('exchange.once')}</p><p><code className="token">{made.token}</code></p></div>}
    </form>
  );
}

function Row({ of, list, onDone }: { of: ExchangeToken; list: ExchangeList; onDone: () => void }) {
  const act = useAct();
  const [sure, setSure] = useState(false);
  const offer = list.offers.find((one) => one.id === of.offer);
  const revoke = () => act.run(async () => { await call('exchange_token_revoke', { path: { exchange_token: of.id } }); onDone(); });
  return (
    <tr>
      <th scope="row"><div>{of.name}<br /><span className="quiet">{of.consumer}</span></div></th>
      <td data-label={t('exchange.offer')}><div>{offer ? say(offer.name) : of.offer}<br /><span className="quiet">{of.division}{' \u00b7 '}{of.basis || t(offer?.personal ? 'exchange.masked' : 'exchange.notPersonal')}</span></div></td>
      <td data-label={t('exchange.col.state')}><span className={`mark ${MARK[of.state]}`}>{t(`exchange.token.${of.state}`)}</span> {t('exchange.until', { date: day(of.expires_on) })}</td>
      <td data-label={t('exchange.reads')}>{of.read_at ? t('exchange.readsSince', { n: count(of.reads), rows: count(of.rows), at: moment(of.read_at) }) : t('exchange.neverRead')}</td>
      <td data-label={t('exchange.col.by')}>{of.created_by} {moment(of.created_at)}</td>
      <td>{of.state === 'open' && list.may_make && (sure
        ? <Button danger size="small" loading={act.busy} onClick={() => void revoke()}>{t('exchange.revokeSure')}</Button>
        : <Button size="small" onClick={() => setSure(true)}>{t('exchange.revoke')}</Button>)}{act.error && <Problem error={act.error} />}</td>
    </tr>
  );
}

/** Who may fetch what, until when; how often each did. */
export function Tokens({ of, onDone }: { of: ExchangeList; onDone: () => void }) {
  if (!of.may_make && of.tokens.length === 0) return null;
  return (
    <section>
      <h2>{t('exchange.tokens')}</h2>
      {of.may_make && <NewToken of={of} onDone={onDone} />}
      {of.tokens.length === 0 ? <Empty title={t('exchange.noToken')} /> : (
        <div className="scroll panel" tabIndex={0} role="region" aria-label={t('exchange.tokens')}>
          <table className="grid is-cards">
            <thead><tr><th scope="col">{t('exchange.consumerName')}</th><th scope="col">{t('exchange.offer')}</th><th scope="col">{t('exchange.col.state')}</th><th scope="col">{t('exchange.reads')}</th><th scope="col">{t('exchange.col.by')}</th><th scope="col">{t('exchange.act')}</th></tr></thead>
            <tbody>{of.tokens.map((one) => <Row key={one.id} of={one} list={of} onDone={onDone} />)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
