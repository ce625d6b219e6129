import type { CaseStep } from '../api/types.gen';
import { say, t } from '../locale';
import { day, dayOf } from '../locale/format';

/** Where a case is: done, now, next, each with who has it and until when. */
export function StepLine({ steps }: { steps: CaseStep[] }) {
  return (
    <ol className="steps">
      {steps.map((step) => (
        <li key={step.id} className={`step is-${step.state}`} aria-current={step.state === 'now' ? 'step' : undefined}>
          <span className="step-name">{say(step.name)}</span>
          <span className="step-state">{t(`step.${step.state}`)}</span>
          <span className="step-words">
            {step.at && <span>{dayOf(step.at)}</span>}
            {step.who && <span>{say(step.who)}</span>}
            {step.until && step.state !== 'done' && <span>{t('step.until', { date: day(step.until) })}</span>}
            {step.article && <span>{step.article}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
