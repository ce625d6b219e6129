/* How states, causes and what was said are shown, at the desk. */
import type { LifeNote, ProposalHead, RecoveryHead } from '../../api/types.gen';
import { t, word } from '../../locale';
import { moment } from '../../locale/format';

/** To the person's advantage: another officer decides, nobody needs to be heard. */
export const UPWARD: readonly ProposalHead['kind'][] = ['raise', 'correct', 'resume'];

const PROPOSAL = { proposed: '', heard: 'is-now', adopted: 'is-warn', dropped: 'is-good' } as const;
const RECOVERY = { open: 'is-bad', planned: 'is-now', late: 'is-bad', settled: 'is-good' } as const;
export const BENEFIT = { active: 'is-good', suspended: 'is-warn', ended: '' } as const;

export function ProposalMark({ of }: { of: ProposalHead }) {
  const state = of.restored ? 'restored' : of.withdrawn ? 'withdrawn' : of.state === 'proposed' && UPWARD.includes(of.kind) ? 'proposed_up' : of.state;
  return <span className={`mark ${of.restored || of.withdrawn ? '' : PROPOSAL[of.state]}`}>{t(`life.proposal.${state}`)}</span>;
}

export const RecoveryMark = ({ of }: { of: RecoveryHead }) => <span className={`mark ${RECOVERY[of.state]}`}>{t(`life.recovery.${of.state}`)}</span>;

/** A cause is a code of ours or somebody's own words. */
export const cause = (text: string): string => word('life.cause', text);

/** What was said and done, by whom, the first first. */
export function Notes({ notes }: { notes: LifeNote[] }) {
  return (
    <ol className="timeline">
      {notes.map((note, i) => {
        const served = note.kind.endsWith('_served') && note.words;
        return (
          <li key={i}>
            <span className="quiet">{moment(note.at)}</span>
            <div>
              <strong>{t(`life.note.${note.kind}`)}</strong> <span className="quiet">{note.himself ? t('life.himself') : note.by}</span>
              {served ? <p>{word('served', note.words ?? '')}</p> : note.words && <blockquote>{note.words}</blockquote>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
