declare module 'bpmn-js/lib/NavigatedViewer' {
  export default class BpmnViewer {
    constructor(options: object);
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the library's services are untyped
    get(name: string): any;
    destroy(): void;
  }
}
declare module 'dmn-js/lib/Modeler' {
  export default class DmnModeler {
    constructor(options: object);
    importXML(xml: string, options?: object): Promise<{ warnings: unknown[] }>;
    saveXML(options?: object): Promise<{ xml: string }>;
    getViews(): unknown[];
    open(view: unknown): Promise<unknown>;
    on(event: string, listener: (event: { viewer: { on: (event: string, listener: () => void) => void } }) => void): void;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the library's services are untyped
    getActiveViewer(): any;
    destroy(): void;
  }
}
declare module 'dmn-js/lib/NavigatedViewer' {
  export default class DmnViewer {
    constructor(options: object);
    importXML(xml: string, options?: object): Promise<{ warnings: unknown[] }>;
    getViews(): unknown[];
    open(view: unknown): Promise<unknown>;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the library's services are untyped
    getActiveViewer(): any;
    destroy(): void;
  }
}
