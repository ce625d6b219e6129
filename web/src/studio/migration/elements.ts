/* Elements of a process as the mapping names them. */

export interface Element { id: string; name: string; kind: string }

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
const WAITS = ['userTask', 'manualTask', 'receiveTask', 'serviceTask', 'intermediateCatchEvent', 'boundaryEvent', 'eventBasedGateway', 'subProcess', 'callActivity', 'startEvent'];

/** What a token can stand at or wait for, in the order of the file. */
export function elementsOf(xml: string): Element[] {
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  return [...doc.getElementsByTagNameNS(BPMN, '*')].filter((e) => WAITS.includes(e.localName) && e.id)
    .map((e) => ({ id: e.id, name: e.getAttribute('name') ?? e.id, kind: e.localName }));
}

/** Elements of the kind to which this one can go: tasks of people are one kind. */
export function alike(from: string, of: Element[], to: Element[]): Element[] {
  const person = ['userTask', 'manualTask'];
  const kind = of.find((e) => e.id === from)?.kind;
  return to.filter((e) => e.kind === kind || (person.includes(e.kind) && person.includes(kind ?? '')));
}
