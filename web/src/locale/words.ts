/* What names and codes of the registers and policies are called. In Chinese they are themselves; their English is the packs'
 * (labels.csv), fetched when somebody reads English. */
import { call } from '../api/client';
import { language, redraw, t } from './index';

let words: Map<string, string> | null = null;
let asked = false;

function english(): Map<string, string> | null {
  if (!words && !asked) {
    asked = true;
    call('words').then(({ items }) => {
      words = new Map();
      const add = (name: string, en: string) => { if (!words!.has(name)) words!.set(name, en); };
      for (const { name, en } of items) add(name, en);
      for (const { name, en } of items) add(name.slice(name.indexOf('.') + 1), en); // a field without its entity
      redraw();
    }).catch(() => { asked = false; }); // the names stay as they are; the next page asks again
  }
  return words;
}

/** A name, a code, a field of an entity, or one of a numbered entity. */
export function called(name: string): string {
  if (language() === 'zh') return name;
  const known = english();
  if (!known) return name;
  const whole = known.get(name);
  if (whole) return whole;
  const [, entity, number, rest] = /^([^.\d]+)(\d*)\.(.+)$/.exec(name) ?? [];
  if (entity && rest) {
    const inner = known.get(`${entity}.${rest}`) ?? called(rest);
    return number ? t('fact.ofMember', { entity: known.get(entity) ?? entity, n: number, name: inner }) : inner;
  }
  return name;
}
