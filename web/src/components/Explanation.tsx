import type { Explanation as Explained } from '../api/types.gen';
import { say, t } from '../locale';

/** Why not, by how much, and what would change it: sentences of the server, asked of the policy itself. */
export function Explanation({ of, className }: { of: Explained; className: string }) {
  if (of.nearest.length + of.changes.length + of.unchangeable.length === 0) return null;
  return (
    <>
      {of.nearest.length > 0 && (
        <section className={className}>
          <h2>{t('decision.nearest')}</h2>
          {of.nearest.map((rule, i) => (
            <div key={i}>
              <h3>{say(rule.decision)}</h3>
              <p className="quiet">{say(rule.text)}</p>
              <ul className="bullets">{rule.conditions.map((text, k) => <li key={k}>{say(text)}</li>)}</ul>
            </div>
          ))}
        </section>
      )}
      <section className={className}>
        <h2>{t('decision.wouldChange')}</h2>
        {of.changes.length > 0 ? <ol className="bullets">{of.changes.map((change, i) => <li key={i}>{say(change.text)}</li>)}</ol> : <p>{t('decision.noChange')}</p>}
        {of.unchangeable.length > 0 && <><h3>{t('decision.unchangeable')}</h3><ul className="bullets">{of.unchangeable.map((change, i) => <li key={i}>{say(change.text)}</li>)}</ul></>}
        <p className="quiet">{t(of.complete ? 'decision.tried' : 'decision.triedSome', { tried: of.tried })} {say(of.advisory)}</p>
      </section>
    </>
  );
}
