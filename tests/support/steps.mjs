// What an officer fills in at a step on `day`: the pack's own example (matter.json, desk.elements.<id>.example).

import { readFileSync } from 'node:fs';

const matter = JSON.parse(readFileSync(new URL('../../packs/assistance/matters/dibao/matter.json', import.meta.url), 'utf8'));

export function stepData(element, day) {
  const example = matter.desk.elements[element]?.example;
  const dated = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? day.slice(0, 10) : value;
  return example ? Object.fromEntries(Object.entries(example).map(([key, value]) => [key, dated(value)])) : null;
}
