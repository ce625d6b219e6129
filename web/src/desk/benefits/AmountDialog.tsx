import { useState } from 'react';
import type { RecoveryAmount, WordsBounds } from '../../api/types.gen';
import { t } from '../../locale';
import { money } from '../../locale/format';
import { Reasoned } from '../archive/Reasoned';
import { fenOf, yuanOf } from './yuan';

/** An amount of what is open, with the reasons for it. */
export function AmountDialog({ title, means, most, words, onSend, onClose }: { title: string; means: string; most: number; words?: WordsBounds; onSend: (body: RecoveryAmount) => Promise<void>; onClose: () => void }) {
  const [text, setText] = useState(yuanOf(most));
  const fen = fenOf(text);
  const wrong = fen === null || fen <= 0 || fen > most;
  return (
    <Reasoned title={title} ok={title} words={words} blocked={wrong} onClose={onClose} onSend={(said) => onSend({ amount_fen: fen ?? 0, words: said })}>
      <p className="quiet">{means}</p>
      <label className="note-label" htmlFor="amount-yuan">{t('life.amountYuan')}</label>
      <input className="plain-input" id="amount-yuan" inputMode="decimal" autoComplete="off" value={text} aria-invalid={wrong || undefined} aria-describedby="amount-hint" onChange={(e) => setText(e.target.value)} />
      <p id="amount-hint" className={wrong ? 'form-error' : 'quiet'}>{t('life.amountMost', { sum: money(most) })}</p>
    </Reasoned>
  );
}
