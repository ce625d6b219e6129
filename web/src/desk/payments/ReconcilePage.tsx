import { Button } from 'antd';
import { useState, type FormEvent } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { BankImport, BankPosition, BankStatement, BankStatementList } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { say, t } from '../../locale';
import { count, day, money, moment } from '../../locale/format';
import { Differences } from './Differences';

function Upload({ of, onDone }: { of: BankStatementList; onDone: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState('');
  const [done, setDone] = useState<BankImport | null>(null);
  const act = useAct();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (file) void act.run(async () => { setDone(null); setDone(await call('bank_import', { query: { format: format || undefined }, body: file })); onDone(); });
  };
  return (
    <form className="panel" onSubmit={send}>
      <h2>{t('bank.upload')}</h2>
      <div className="filters">
        <label>{t('bank.file')}<input type="file" accept=".xml,.csv,.txt,.xlsx,.xls" onChange={(e) => { setFile(e.target.files?.[0] ?? null); setDone(null); act.clear(); }} /></label>
        {of.templates.length > 0 && (
          <label>{t('bank.template')}
            <select value={format || of.templates[0]?.id} onChange={(e) => setFormat(e.target.value)} aria-describedby="bank-template-hint">
              {of.templates.map((one) => <option key={one.id} value={one.id}>{say(one.name)}</option>)}
            </select>
          </label>
        )}
        <Button type="primary" htmlType="submit" disabled={!file} loading={act.busy}>{t('bank.take')}</Button>
      </div>
      <p className="quiet" id="bank-template-hint">{t('bank.templateHint')}</p>
      {act.error && <Problem error={act.error} focus />}
      {done && <p className={`note ${done.open ? 'is-warn' : 'is-good'}`} role="status">{t('bank.taken', { n: count(done.statements), entries: count(done.entries), matched: count(done.matched), open: count(done.open) })}</p>}
    </form>
  );
}

/** What the bank says, what the books say, and why they differ. */
export function Position({ of }: { of: BankPosition }) {
  const rows: [string, number | null, number][] = [
    ['bank.onlyBank', of.only_bank, of.only_bank_fen], ['bank.onlyBooks', of.only_books, -of.only_books_fen], ['bank.days', null, of.days_fen], ['bank.gaps', of.gaps, of.gaps_fen],
  ];
  const agrees = of.explained_fen === of.difference_fen;
  return (
    <section className="panel">
      <h2>{t('bank.position')}{of.on && <span className="quiet"> {t('bank.positionOn', { date: day(of.on) })}</span>}</h2>
      <dl className="figures">
        <div><dt>{t('bank.balanceBank')}</dt><dd className="number">{money(of.bank_fen)}</dd></div>
        <div><dt>{t('bank.balanceBooks')}</dt><dd className="number">{money(of.books_fen)}</dd></div>
        <div><dt>{t('bank.difference')}</dt><dd className="number">{money(of.difference_fen)}</dd></div>
      </dl>
      {of.uncovered && <p className="note is-warn">{t('bank.uncovered')}</p>}
      <div className="scroll" tabIndex={0} role="region" aria-label={t('bank.explains')}>
        <table className="grid">
          <caption>{t('bank.explains')}</caption>
          <thead><tr><th scope="col">{t('bank.item')}</th><th scope="col" className="is-number">{t('bank.n')}</th><th scope="col" className="is-number">{t('bank.sum')}</th></tr></thead>
          <tbody>{rows.map(([key, n, fen]) => <tr key={key}><th scope="row">{t(key)}</th><td className="is-number number">{n === null ? '' : count(n)}</td><td className="is-number number">{money(fen)}</td></tr>)}</tbody>
          <tfoot><tr><th scope="row">{t('bank.all')} <span className={`mark ${agrees ? 'is-good' : 'is-bad'}`}>{t(agrees ? 'bank.agrees' : 'bank.apart')}</span></th><td /><td className="is-number number">{money(of.explained_fen)}</td></tr></tfoot>
        </table>
      </div>
    </section>
  );
}

function Row({ of }: { of: BankStatement }) {
  return (
    <tr>
      <th scope="row"><div>{t('bank.number', { year: of.year, number: of.number })}{of.simulated && <> <span className="mark is-now">{t('bank.simulated')}</span></>}{of.bank && <><br /><span className="quiet">{of.bank}</span></>}
        {(of.gap || !!of.apart_fen) && <><br /><span className="mark is-bad">{t('bank.gap', { sum: money(of.apart_fen ?? 0) })}</span></>}</div></th>
      <td data-label={t('bank.col.days')}>{day(of.from)}{' \u2013 '}{day(of.to)}</td>
      <td data-label={t('bank.col.opening')} className="is-number number">{money(of.opening_fen)}</td>
      <td data-label={t('bank.col.closing')} className="is-number number">{money(of.closing_fen)}</td>
      <td data-label={t('bank.col.states')}>{t('bank.states', { matched: count(of.matched), returned: count(of.returned), settled: count(of.settled), open: count(of.open) })}</td>
      <td data-label={t('bank.col.by')}>{of.imported_by} {moment(of.imported_at)}</td>
    </tr>
  );
}

function Statements({ items }: { items: BankStatement[] }) {
  return (
    <section className="panel">
      <h2>{t('bank.statements')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('bank.statements')}>
        <table className="grid is-cards">
          <thead><tr>{['number', 'days', 'opening', 'closing', 'states', 'by'].map((name) => <th key={name} scope="col" className={name === 'opening' || name === 'closing' ? 'is-number' : undefined}>{t(`bank.col.${name}`)}</th>)}</tr></thead>
          <tbody>{items.map((one) => <Row key={one.id} of={one} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

/** 对账: statements in, what is open, a month closed on it. */
export function ReconcilePage() {
  const { mayCall } = useSession();
  const question = useCall('bank_statements');
  const [round, setRound] = useState(0);
  const [found, setFound] = useState<number | null>(null);
  const act = useAct();
  const reload = () => { question.reload(); setRound((n) => n + 1); };
  const match = () => act.run(async () => { setFound((await call('bank_match')).matched); reload(); });
  return (
    <>
      <div className="page-head"><h1>{t('desk.nav.bank')}</h1></div>
      <p className="quiet">{t('bank.lead')}</p>
      <Show of={question} lines={8}>{(data) => (
        <>
          <p className="row"><span>{t('bank.account', { account: data.account })}</span>
            {mayCall('bank_match') && data.items.length > 0 && <Button onClick={() => void match()} loading={act.busy} title={t('bank.matchHint')}>{t('bank.match')}</Button>}
            {found !== null && <span role="status">{t('bank.matched', { n: count(found) })}</span>}</p>
          {act.error && <Problem error={act.error} />}
          {data.may_import && <Upload of={data} onDone={reload} />}
          {data.items.length === 0
            ? <Empty title={t('bank.noStatement')}><p>{t('bank.noStatementHint')}</p></Empty>
            : <><Differences key={round} last={data.position.on ?? ''} onDone={question.reload} /><Statements items={data.items} /></>}
        </>
      )}</Show>
    </>
  );
}
