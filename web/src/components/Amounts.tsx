import type { Amount } from '../api/types.gen';
import { say, t } from '../locale';

/** How the amounts came about: sentences of the server, from what is paid back to the facts. */
export function Amounts({ of, className }: { of: Amount[]; className: string }) {
  if (of.length === 0) return null;
  return (
    <section className={className}>
      <h2>{t('decision.amounts')}</h2>
      <details className="more">
        <summary>{t('decision.amountsMore', { n: of.length })}</summary>
        <ol className="bullets amounts">
          {of.map((step, i) => (
            <li key={i}>
              <strong>{say(step.name)}</strong>{step.value && <> <span className="number">{say(step.value)}</span></>}
              {step.rules.map((rule, k) => <p className="article" key={k}>{say(rule)}</p>)}
              {step.formulas.map((formula, k) => <p key={k}>{say(formula)}</p>)}
              {step.items.length > 0 && <ul className="bullets">{step.items.map((item, k) => <li key={k}>{say(item)}</li>)}</ul>}
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}
