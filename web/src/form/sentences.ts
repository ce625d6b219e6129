import { t } from '../locale';
import { day } from '../locale/format';
import type { Words } from './pages';
import type { Mistake } from './validate';

export const answerWords = (): Words => ({
  yes: t('form.yes'), no: t('form.no'), none: t('form.none'), join: t('form.join'), day,
  entry: (label, n) => t('form.entry', { label, n }),
});

/** Where its field is seen. */
export const sentence = (mistake: Mistake): string =>
  t(`form.error.${mistake.code}`, { label: mistake.label, ...mistake.vars });

/** In a list of all that is wrong: the same question is asked of several rows. */
export const listed = (mistake: Mistake): string =>
  [...mistake.rows.map((row) => t('form.entry', row)), sentence(mistake)].join(t('form.within'));
