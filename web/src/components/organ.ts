import type { Organ } from '../api/types.gen';
import { language, t } from '../locale';

/** Who decides, by what power, and in whose name. */
export function organText(organ: Organ): string {
  const en = language() === 'en';
  return t(`organ.${organ.power}`, { organ: (en && organ.name_en) || organ.name, name: (en && organ.in_name_of_en) || organ.in_name_of });
}
