// Another engine's run of a process: the npm package bpmn-engine.
//
//   const { activities, flows, done } = await otherEngine(xml);
//
// Tasks are answered with nothing at once, timers fire in the order they are
// due and not by the clock.  `activities` are those that were completed, by id
// in order; `done`: the process came to its end.

import { EventEmitter } from 'node:events';

import { Timers } from 'bpmn-elements';
import { Engine } from 'bpmn-engine';

export const isActivity = (type) => /Task$|SubProcess$|CallActivity$|Transaction$/.test(type);

// Order is kept, a day or a year passes in a blink.
const quick = { setTimeout: (call, ms = 0, ...rest) => setTimeout(call, 4 + 2 * Math.log2(1 + Math.max(0, ms)), ...rest), clearTimeout };

// It runs what is marked executable and nothing else.
const executable = (xml) => xml.replace(/(<(?:\w+:)?process\b)(?![^>]*isExecutable)/g, '$1 isExecutable="true"');

export async function otherEngine(xml, patienceMs = 1500) {
  const activities = [];
  const flows = [];
  const listener = new EventEmitter();
  let failed;
  let done = false;
  listener.on('activity.end', (api) => isActivity(api.type) && activities.push(api.id));
  listener.on('flow.take', (api) => flows.push(api.id));
  listener.on('activity.wait', (api) =>
    setImmediate(() => {
      try {
        api.signal({});
      } catch {
        // it has been cancelled meanwhile
      }
    }));
  let engine;
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const end = (error) => {
      failed ??= error;
      done = !error;
      clearTimeout(timer);
      resolve();
    };
    try {
      engine = new Engine({ name: 'other', source: executable(xml), settings: { enableDummyService: true }, timers: new Timers(quick) });
      engine.on('error', end);
      engine.execute({ listener }, end)?.catch?.(end);
    } catch (error) {
      end(error);
    }
  });
  try {
    engine?.stop();
  } catch {
    // it never began
  }
  return { activities, flows, done, failed };
}
