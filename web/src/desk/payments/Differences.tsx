import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client';
import { useAct, useCall } from '../../api/hooks';
import { useSession } from '../../api/session';
import type { BankDifferences, BankEntry, BankSettle, BankTransfer } from '../../api/types.gen';
import { Empty, Problem, Show } from '../../components/State';
import { t, word } from '../../locale';
import { count, day, money, moment, month as monthName } from '../../locale/format';
import { Reasoned } from '../archive/Reasoned';
import { Position } from './ReconcilePage';

const WORDS = { min: 2, max: 500 };
type Kind = BankSettle['kind'];
/** As the server takes them: where it came from, or went. */
const kindsOf = (of: BankEntry): Kind[] => (of.why === 'opening' ? ['opening'] : of.fen < 0 ? ['fee', 'unclear'] : ['funding', 'interest', 'returned_late', 'unclear']);
type Chosen = { entry: BankEntry } | { transfer: BankTransfer } | 'accept';

function Sum({ fen }: { fen: number }) {
  return <span><span className="quiet">{t(fen < 0 ? 'bank.went' : 'bank.came')}</span> {money(Math.abs(fen))}</span>;
}

function Entry({ of, onAct }: { of: BankEntry; onAct: () => void }) {
  return (
    <tr>
      <th scope="row"><div>{of.text || t('bank.why.' + of.why)}<br /><span className="quiet">{of.line > 0 && t('bank.from', { year: of.year, number: of.number, line: of.line })}
        {of.payment && <><br />{t('bank.payment', { id: of.payment })}</>}{of.reference && <><br />{t('bank.reference', { id: of.reference })}</>}</span></div></th>
      <td data-label={t('bank.on')} className="is-day">{day(of.on)}</td>
      <td data-label={t('bank.sum')} className="is-number number"><Sum fen={of.fen} /></td>
      <td data-label={t('bank.why')}>{t('bank.why.' + of.why)}</td>
      <td data-label={t('bank.act')}>{of.may_settle ? <Button size="small" onClick={onAct}>{t('bank.settle')}<span className="hidden">{of.text || of.id}</span></Button> : t('bank.none')}</td>
    </tr>
  );
}

function Transfer({ of, onAct }: { of: BankTransfer; onAct: () => void }) {
  return (
    <tr>
      <th scope="row"><div>{word('bank.kind', of.kind)}{of.reference && <><br /><span className="quiet">{of.reference}</span></>}</div></th>
      <td data-label={t('bank.on')} className="is-day">{day(of.on)}</td>
      <td data-label={t('bank.sum')} className="is-number number"><Sum fen={of.fen} /></td>
      <td data-label={t('bank.act')}>{of.may_settle ? <Button size="small" onClick={onAct}>{t('bank.counter')}<span className="hidden">{of.reference || of.id}</span></Button> : t('bank.none')}</td>
    </tr>
  );
}

const head = (...names: string[]) => <thead><tr>{names.map((name) => <th key={name} scope="col" className={name === 'sum' ? 'is-number' : undefined}>{t(`bank.${name}`)}</th>)}</tr></thead>;

function Lists({ of, onAct }: { of: BankDifferences; onAct: (chosen: Chosen) => void }) {
  if (of.entries.length === 0 && of.transfers.length === 0) return <Empty title={t('bank.openNone')}><p>{t('bank.openNoneHint')}</p></Empty>;
  const cut = of.position.only_bank > of.entries.length || of.position.only_books > of.transfers.length;
  return (
    <>
      {cut && <p className="quiet">{t('bank.shown')}</p>}
      {of.entries.length > 0 && (
        <><h3>{t('bank.onlyBank')}</h3>
          <div className="scroll" tabIndex={0} role="region" aria-label={t('bank.onlyBank')}><table className="grid is-cards">{head('what', 'on', 'sum', 'why', 'act')}
            <tbody>{of.entries.map((one) => <Entry key={one.id} of={one} onAct={() => onAct({ entry: one })} />)}</tbody></table></div></>
      )}
      {of.transfers.length > 0 && (
        <><h3>{t('bank.onlyBooks')}</h3>
          <div className="scroll" tabIndex={0} role="region" aria-label={t('bank.onlyBooks')}><table className="grid is-cards">{head('what', 'on', 'sum', 'act')}
            <tbody>{of.transfers.map((one) => <Transfer key={one.id} of={one} onAct={() => onAct({ transfer: one })} />)}</tbody></table></div></>
      )}
    </>
  );
}

function Settle({ chosen, period, onDone, onClose }: { chosen: Chosen; period: string; onDone: () => void; onClose: () => void }) {
  const entry = chosen !== 'accept' && 'entry' in chosen ? chosen.entry : null;
  const transfer = chosen !== 'accept' && 'transfer' in chosen ? chosen.transfer : null;
  const kinds = entry ? kindsOf(entry) : [];
  const [kind, setKind] = useState<Kind>(kinds[0] ?? 'unclear');
  const send = async (reason: string) => {
    if (entry) await call('bank_settle', { path: { bank_entry: entry.id }, body: { kind, reason } });
    else if (transfer) await call('bank_counter', { path: { transfer: transfer.id }, body: { reason } });
    else await call('bank_accept', { path: { month: period }, body: { reason } });
    onDone();
  };
  const what = entry ? 'settle' : transfer ? 'counter' : 'accept';
  return (
    <Reasoned title={t(`bank.${what}Title`, { month: period && monthName(period) })} ok={t(`bank.${what}`)} words={WORDS} onSend={send} onClose={onClose}>
      {entry && (
        <>
          <p>{entry.text || t('bank.why.' + entry.why)} · {day(entry.on)} · <Sum fen={entry.fen} /></p>
          <label className="note-label" htmlFor="bank-how">{t('bank.how')}</label>
          <p><select id="bank-how" value={kind} onChange={(e) => setKind(e.target.value as Kind)}>{kinds.map((one) => <option key={one} value={one}>{t(`bank.how.${one}`)}</option>)}</select></p>
          <p className="quiet">{t('bank.posts')}</p>
        </>
      )}
      {transfer && <><p>{word('bank.kind', transfer.kind)} · {day(transfer.on)} · <Sum fen={transfer.fen} /></p><p className="quiet">{t('bank.counterText')}</p></>}
      {chosen === 'accept' && <p className="quiet">{t('bank.acceptText')}</p>}
    </Reasoned>
  );
}

/** The month in the books: asked for by the cashier, closed by finance. */
function Closing({ period, items, accepted }: { period: string; items: number; accepted: boolean }) {
  const { mayCall } = useSession();
  const question = useCall('ledger_months');
  const act = useAct();
  const state = question.data?.items.find((one) => one.month === period);
  const run = (id: 'ledger_month_ask' | 'ledger_month_close') => act.run(async () => { await call(id, { path: { month: period } }); question.reload(); });
  return (
    <>
      <h3>{t('bank.closing')}</h3>
      <p>{state?.state === 'closed' ? t('bank.closingClosed', { by: state.closed_by ?? '', at: moment(state.closed_at) })
        : state ? t('bank.closingAsked', { by: state.asked_by ?? '' }) : t('bank.closingOpen', { month: monthName(period) })}</p>
      {items > 0 && !accepted && state?.state !== 'closed' && <p className="quiet">{t('bank.closingHint', { n: count(items) })}</p>}
      <p className="row">
        {!state && mayCall('ledger_month_ask') && <Button loading={act.busy} disabled={items > 0 && !accepted} onClick={() => void run('ledger_month_ask')}>{t('bank.ask')}</Button>}
        {state?.may_close && <Button type="primary" loading={act.busy} onClick={() => void run('ledger_month_close')}>{t('bank.close')}</Button>}
      </p>
      {act.error && <Problem error={act.error} />}
    </>
  );
}

/** The months up to that of the last statement, newest first. */
function monthsTo(last: string): string[] {
  const [year = 0, number = 0] = last.slice(0, 7).split('-').map(Number);
  return last ? Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(year, number - 1 - i, 1)).toISOString().slice(0, 7)) : [];
}

/** What is open, of a month or up to the last statement. */
export function Differences({ last, onDone }: { last: string; onDone: () => void }) {
  const [period, setPeriod] = useState('');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const question = useCall('bank_differences', { query: { month: period || undefined } });
  const done = () => { setChosen(null); question.reload(); onDone(); };
  return (
    <>
      <div className="filters"><label>{t('bank.month')}
        <select value={period} onChange={(e) => setPeriod(e.target.value)}><option value="">{t('bank.monthNow')}</option>{monthsTo(last).map((one) => <option key={one} value={one}>{monthName(one)}</option>)}</select></label></div>
      <Show of={question} lines={6}>{(data) => (
        <>
          <Position of={data.position} />
          <section className="panel">
            <h2>{t('bank.open')}</h2>
            <Lists of={data} onAct={setChosen} />
            {data.accepted_reason && <p className="note is-good">{t('bank.accepted', { by: data.accepted_by ?? '', reason: data.accepted_reason })}</p>}
            {data.may_accept && !data.accepted_reason && <p className="row"><Button onClick={() => setChosen('accept')}>{t('bank.accept')}</Button></p>}
            {period && <Closing key={period} period={period} items={data.items} accepted={!!data.accepted_reason} />}
          </section>
        </>
      )}</Show>
      {chosen && <Settle chosen={chosen} period={period} onDone={done} onClose={() => setChosen(null)} />}
    </>
  );
}
