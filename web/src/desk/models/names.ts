/* Names of a model's elements in the reader's language: the packs' English (labels.csv), the Chinese where they have none. */
import { language } from '../../locale';
import { called } from '../../locale/words';

export function inWords(xml: string): string {
  if (language() === 'zh') return xml;
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  if (doc.getElementsByTagName('parsererror').length) return xml;
  for (const element of doc.getElementsByTagName('*')) {
    const name = element.getAttribute('name');
    if (name) element.setAttribute('name', called(name));
  }
  return new XMLSerializer().serializeToString(doc);
}
