import { Button, Input } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { Budget } from '../../api/types.gen';
import { Problem, Show } from '../../components/State';
import { say, t } from '../../locale';
import { money } from '../../locale/format';
import { fenOf } from '../benefits/yuan';

const LEVELS = ['central', 'city', 'district'] as const;
type Level = (typeof LEVELS)[number];

function Enter({ year, schemes, onDone }: { year: number; schemes: { scheme: string; name: string }[]; onDone: (next: Budget) => void }) {
  const [row, setRow] = useState<{ scheme: string; level: Level; document: string; yuan: string }>({ scheme: '', level: 'district', document: '', yuan: '' });
  const act = useAct();
  const fen = fenOf(row.yuan);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (fen) void act.run(async () => { onDone(await call('appropriation_new', { body: { year, scheme: row.scheme, level: row.level, amount_fen: fen, document: row.document.trim() } })); setRow({ ...row, document: '', yuan: '' }); });
  };
  return (
    <form onSubmit={send} aria-label={t('budget.enter')}>
      <h3>{t('budget.enter')}</h3>
      <div className="filters">
        <label>{t('leads.col.scheme')}<select value={row.scheme} onChange={(e) => setRow({ ...row, scheme: e.target.value })}><option value="">{t('reform.choose')}</option>{schemes.map((one) => <option key={one.scheme} value={one.scheme}>{one.name}</option>)}</select></label>
        <label>{t('budget.level')}<select value={row.level} onChange={(e) => setRow({ ...row, level: e.target.value as Level })}>{LEVELS.map((one) => <option key={one} value={one}>{t(`budget.level.${one}`)}</option>)}</select></label>
        <label>{t('funds.document')}<Input value={row.document} maxLength={200} onChange={(e) => setRow({ ...row, document: e.target.value })} /></label>
        <label>{t('budget.amount')}<Input value={row.yuan} inputMode="decimal" maxLength={16} onChange={(e) => setRow({ ...row, yuan: e.target.value })} /></label>
        <Button htmlType="submit" disabled={!row.scheme || !fen || row.document.trim().length < 2} loading={act.busy}>{t('budget.doEnter')}</Button>
      </div>
      {act.error && <Problem error={act.error} focus />}
    </form>
  );
}

function Entered({ of, name, onDone }: { of: Budget; name: (scheme: string) => string; onDone: () => void }) {
  const act = useAct();
  if (of.items.length === 0) return null;
  return (
    <details open={of.items.some((one) => one.state === 'entered')}>
      <summary>{t('budget.documents')}</summary>
      {act.error && <Problem error={act.error} focus />}
      <div className="scroll" tabIndex={0} role="region" aria-label={t('budget.documents')}>
        <table className="grid is-cards">
          <thead><tr><th scope="col">{t('funds.document')}</th><th scope="col">{t('leads.col.scheme')}</th><th scope="col">{t('budget.level')}</th><th scope="col" className="is-number">{t('budget.amount')}</th><th scope="col">{t('budget.state')}</th></tr></thead>
          <tbody>{of.items.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.document}</th>
              <td data-label={t('leads.col.scheme')}><div>{name(one.scheme)}</div></td><td data-label={t('budget.level')}><div>{t(`budget.level.${one.level}`)}</div></td>
              <td data-label={t('budget.amount')} className="is-number"><div className="number">{money(one.amount_fen)}</div></td>
              <td data-label={t('budget.state')}><div><span className={`mark ${one.state === 'entered' ? 'is-warn' : 'is-good'}`}>{t(`budget.state.${one.state}`)}</span>{one.may_register && <Button size="small" loading={act.busy} onClick={() => void act.run(async () => { await call('appropriation_register', { path: { appropriation: one.id } }); onDone(); })}>{t('budget.register')}<span className="hidden">{one.document}</span></Button>}</div></td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </details>
  );
}

/** Appropriations of a year: what may be paid of which level's money, and what of it is left. */
export function BudgetPanel({ year }: { year: number }) {
  const { roles } = useSession();
  const question = useCall('budget', { query: { year } });
  const policies = useCall('matters');
  const schemes = (policies.data ?? []).filter((one) => one.scheme).map((one) => ({ scheme: one.scheme ?? '', name: say(one.name) }));
  const name = (scheme: string) => schemes.find((one) => one.scheme === scheme)?.name ?? scheme;
  return (
    <section className="panel">
      <h2>{t('budget.title')}</h2>
      <Show of={question} lines={4}>{(of) => (
        <>
          {of.funds.length === 0 ? <p className="quiet">{t('budget.none')}</p> : (
            <div className="scroll" tabIndex={0} role="region" aria-label={t('budget.title')}>
              <table className="grid is-cards">
                <thead><tr><th scope="col">{t('leads.col.scheme')}</th><th scope="col">{t('budget.level')}</th>{['appropriated', 'available', 'locked', 'spent'].map((key) => <th key={key} scope="col" className="is-number">{t(`budget.col.${key}`)}</th>)}</tr></thead>
                <tbody>{of.funds.map((one) => (
                  <tr key={one.scheme + one.level}>
                    <th scope="row">{name(one.scheme)}</th><td data-label={t('budget.level')}><div>{t(`budget.level.${one.level}`)}</div></td>
                    {([['appropriated', one.appropriated_fen], ['available', one.available_fen], ['locked', one.locked_fen], ['spent', one.spent_fen]] as const).map(([key, fen]) => <td key={key} data-label={t(`budget.col.${key}`)} className="is-number"><div className="number">{money(fen)}</div></td>)}
                  </tr>
                ))}</tbody>
              </table>
            </div>
          )}
          <Entered of={of} name={name} onDone={question.reload} />
          {roles.has('cashier') && <Enter year={year} schemes={schemes} onDone={question.set} />}
        </>
      )}</Show>
    </section>
  );
}
