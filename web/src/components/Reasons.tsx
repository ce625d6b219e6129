import type { Decision, Reason } from '../api/types.gen';
import { language, t } from '../locale';

function List({ reasons }: { reasons: Reason[] }) {
  return (
    <ol className="reasons">
      {reasons.map((reason, i) => (
        <li key={i}>
          <p>{language() === 'zh' ? reason.zh : reason.en}</p>
          <p className="article">{reason.article}</p>
        </li>
      ))}
    </ol>
  );
}

/** The rules that decided, each with its article.  Of a refusal: what stood against it; what else was examined is folded. */
export function Reasons({ of: { reasons } }: { of: Pick<Decision, 'reasons'> }) {
  const against = reasons.filter((reason) => reason.against);
  if (against.length === 0) return <List reasons={reasons} />;
  const other = reasons.filter((reason) => !reason.against);
  return (
    <>
      <List reasons={against} />
      {other.length > 0 && <details><summary>{t('decision.otherRules', { n: other.length })}</summary><List reasons={other} /></details>}
    </>
  );
}
