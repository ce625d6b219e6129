import { t } from '../locale';
import { day } from '../locale/format';
import type { Words } from './pages';
import type { Mistake } from './validate';

export const answerWords = (): Words => ({
  yes: t('form.yes'), no: t('form.no'), none: t('form.none'), join: t('form.join'), day,
  entry: (label, n) => t('form.entry', { label, n }),
});

export const sentence = (mistake: Mistake): string =>
  t(`form.error.${mistake.code}`, { label: mistake.label, ...mistake.vars });
