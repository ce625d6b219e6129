/* A household that was tried becomes a worked case of the draft: what it should get is the
 * officer's word, filled in from what the rules gave. */
import { useState } from 'react';
import type { Json, PolicyTried } from '../api/types.gen';
import { t } from '../locale';
import type { Facts } from './facts';

const OUTCOMES = ['eligible', 'not_eligible', 'undecided'] as const;
const FEN = 100;

export interface OwnCase { id: string; title_zh: string; why: string; input: Facts; expected: { outcome: string; monthly_fen: number; once_fen: number; lines?: Json; missing?: Json } }

export const casesOf = (value: Json | null | undefined): OwnCase[] => (Array.isArray(value) ? (value as unknown as OwnCase[]) : []);

/** The first number that is free. */
function nextId(matter: string, cases: OwnCase[]): string {
  for (let n = cases.length + 1; ; n += 1) {
    const id = `${matter}-draft-${String(n).padStart(2, '0')}`;
    if (!cases.some((one) => one.id === id)) return id;
  }
}

export function KeepCase({ matter, cases, input, tried, onKeep }: { matter: string; cases: OwnCase[]; input: Facts; tried: PolicyTried; onKeep: (one: OwnCase) => void }) {
  const [title, setTitle] = useState('');
  const [why, setWhy] = useState('');
  const [outcome, setOutcome] = useState<string>(tried.outcome);
  const [amount, setAmount] = useState(String((tried.once_fen || tried.monthly_fen) / FEN));
  const once = tried.once_fen > 0;
  const keep = () => {
    const fen = outcome === 'eligible' ? Math.round(Number(amount) * FEN) : 0;
    const same = outcome === tried.outcome && fen === (tried.once_fen || tried.monthly_fen);
    onKeep({
      id: nextId(matter, cases), title_zh: title.trim(), why: why.trim(), input,
      expected: { outcome, monthly_fen: once ? 0 : fen, once_fen: once ? fen : 0, ...(same ? { lines: tried.lines as unknown as Json, missing: tried.missing } : {}) },
    });
    setTitle('');
    setWhy('');
  };
  const ready = title.trim().length > 1 && why.trim().length > 1 && (outcome !== 'eligible' || Number(amount) >= 0);
  return (
    <details className="studio-keep">
      <summary>{t('studio.keep')}</summary>
      <label htmlFor="keep-title">{t('studio.keep.title')}</label>
      <input id="keep-title" className="plain-input" value={title} onChange={(e) => setTitle(e.target.value)} />
      <label htmlFor="keep-outcome">{t('studio.keep.outcome')}</label>
      <select id="keep-outcome" value={outcome} onChange={(e) => setOutcome(e.target.value)}>{OUTCOMES.map((one) => <option key={one} value={one}>{t(`outcome.${one}`)}</option>)}</select>
      {outcome === 'eligible' && <>
        <label htmlFor="keep-amount">{t(once ? 'studio.keep.once' : 'studio.keep.monthly')}</label>
        <input id="keep-amount" type="number" min={0} step="0.01" className="plain-input" value={amount} onChange={(e) => setAmount(e.target.value)} />
      </>}
      <label htmlFor="keep-why">{t('studio.keep.why')}</label>
      <textarea id="keep-why" rows={2} value={why} onChange={(e) => setWhy(e.target.value)} />
      <button type="button" className="button is-small is-second" disabled={!ready} onClick={keep}>{t('studio.keep.do')}</button>
    </details>
  );
}

/** Those of this draft, above the ones that were there. */
export function OwnCases({ cases, onDrop }: { cases: OwnCase[]; onDrop?: (id: string) => void }) {
  if (cases.length === 0) return null;
  return (
    <>
      <h3>{t('studio.ownCases', { n: cases.length })}</h3>
      <ul className="plain studio-cases">
        {cases.map((one) => (
          <li key={one.id}><strong>{one.id}</strong> {one.title_zh} <span className="quiet">{one.why}</span>
            {onDrop && <> <button type="button" className="text-button" onClick={() => onDrop(one.id)}>{t('studio.removeOne')}<span className="hidden">{one.id}</span></button></>}</li>
        ))}
      </ul>
    </>
  );
}
