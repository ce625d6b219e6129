import type { Json, MatterDetail } from '../../api/types.gen';
import { answerRows } from '../../form/pages';
import { readForm, type Answers } from '../../form/schema';
import { answerWords } from '../../form/sentences';
import { language, t } from '../../locale';

/** What the applicant said, in the words of the form. */
export function GivenAnswers({ matter, data }: { matter: MatterDetail | null; data: Json }) {
  if (!matter) return null;
  const fields = readForm(matter.form ?? null, language() === 'en' ? matter.form_en : null);
  const rows = answerRows(fields, fields, data as Answers, answerWords()).filter((row) => row.heading || row.value !== t('form.none'));
  return (
    <section className="panel">
      <h2>{t('case.answers')}</h2>
      <dl className="pairs">
        {rows.map((row, i) => <div key={i} className={row.heading ? 'is-heading' : undefined} data-depth={row.depth}><dt>{row.label}</dt><dd>{row.value}</dd></div>)}
      </dl>
    </section>
  );
}
