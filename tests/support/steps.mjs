// What an officer fills in at a step: the pack's own example (matter.json, desk.elements.<id>.example).

import { readFileSync } from 'node:fs';

const matter = JSON.parse(readFileSync(new URL('../../packs/assistance/matters/dibao/matter.json', import.meta.url), 'utf8'));

export const stepData = (element) => matter.desk.elements[element]?.example ?? null;
