/* dmn-js and bpmn-js, in one chunk of their own: they are heavy and only two tabs
 * and the studio need them. */
import BpmnViewer from 'bpmn-js/lib/NavigatedViewer';
import DmnModeler from 'dmn-js/lib/Modeler';
import DmnViewer from 'dmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import { has, t } from '../../locale';

/** The libraries' own words, from our catalogue where it knows them. */
function translate(text: string, parts: Record<string, string> = {}): string {
  const words = has(`models.${text}`) ? t(`models.${text}`) : text;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
}
const words = { translate: ['value', translate] };

/** At this scale the names of tasks can be read. */
const READABLE_SCALE = 0.85;

export interface View { id: string; name: string; type: string; element: { id: string } }
export interface DmnHandle {
  views: View[];
  /** `look`: in a graph too large to be read whole, the decision that stands in its middle. */
  open: (view: View, look?: string) => Promise<void>;
  destroy: () => void;
}
export interface BpmnHandle { mark: (element: string, name: string) => void; note: (element: string, text: string) => void; fit: () => void; look: (element: string) => void; destroy: () => void }

interface Shape { x: number; y: number; width: number; height: number }

/** `shape` in the middle, at the scale that can be read. */
function lookAt(canvas: any, shape: Shape): void {
  const { outer } = canvas.viewbox();
  const width = outer.width / READABLE_SCALE;
  const height = outer.height / READABLE_SCALE;
  canvas.viewbox({ x: shape.x + shape.width / 2 - width / 2, y: shape.y + shape.height / 2 - height / 2, width, height });
}

function showGraph(viewer: any, look?: string): void {
  const canvas = viewer.get('canvas');
  if (canvas.zoom('fit-viewport') >= READABLE_SCALE / 2) return;
  const shape = look ? viewer.get('elementRegistry').get(look) : undefined;
  if (shape) lookAt(canvas, shape);
}

export async function openDmn(container: HTMLElement, xml: string): Promise<DmnHandle> {
  const part = { additionalModules: [words] };
  const viewer = new DmnViewer({ container, drd: part, decisionTable: part, literalExpression: part, boxedExpression: part });
  await viewer.importXML(xml, { open: false });
  return {
    views: viewer.getViews() as View[],
    open: async (view, look) => {
      await viewer.open(view);
      if (view.type === 'drd') showGraph(viewer.getActiveViewer(), look);
    },
    destroy: () => viewer.destroy(),
  };
}

export interface ModelerHandle extends DmnHandle { save: () => Promise<string> }

/** The same with a pencil: `changed` is called after every change, however small. */
export async function openModeler(container: HTMLElement, xml: string, changed: () => void): Promise<ModelerHandle> {
  const part = { additionalModules: [words] };
  const modeler = new DmnModeler({ container, drd: part, decisionTable: part, literalExpression: part, boxedExpression: part });
  await modeler.importXML(xml, { open: false });
  modeler.on('viewer.created', ({ viewer }) => viewer.on('commandStack.changed', changed));
  return {
    views: modeler.getViews() as View[],
    open: async (view, look) => {
      await modeler.open(view);
      if (view.type === 'drd') showGraph(modeler.getActiveViewer(), look);
    },
    save: async () => (await modeler.saveXML({ format: true })).xml,
    destroy: () => modeler.destroy(),
  };
}

export async function openBpmn(container: HTMLElement, xml: string): Promise<BpmnHandle> {
  const viewer = new BpmnViewer({ container, additionalModules: [words] });
  await viewer.importXML(xml);
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  return {
    mark: (element, name) => { if (registry.get(element)) canvas.addMarker(element, name); },
    note: (element, text) => {
      if (!registry.get(element)) return;
      const html = document.createElement('span');
      html.className = 'model-note';
      html.textContent = text;
      viewer.get('overlays').add(element, { position: { top: -12, right: 14 }, html });
    },
    fit: () => canvas.zoom('fit-viewport', 'auto'),
    look: (element) => {
      const shape = registry.get(element);
      if (shape) lookAt(canvas, shape);
      else canvas.zoom('fit-viewport', 'auto');
    },
    destroy: () => viewer.destroy(),
  };
}
