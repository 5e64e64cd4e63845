/** The scenery of the chat's tests: a server, a device, a clock that stands still until it is told to go on. */

import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Identity } from '../../state/view';
import { FakeBrowser, accountOf, type FakeTab } from './fake_browser';
import { FakeServer } from './fake_server';

export const ANN = accountOf('ann');

export const go = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

export interface Scene {
  server: FakeServer;
  browser: FakeBrowser;
  /** A tab that is connected, and in the lobby, which is open. */
  readonly inLobby: (identity?: Identity) => Promise<FakeTab>;
}

/** Set up afresh before each test of the file that calls it. */
export function setScene(): Scene {
  const server = new FakeServer();
  const scene: Scene = {
    server,
    browser: new FakeBrowser(server),
    inLobby: async (identity = ANN) => {
      const tab = scene.browser.open(identity);
      tab.actions.openRoom('lobby');
      await go(100);
      expect(tab.status).toBe('CONNECTED');
      return tab;
    },
  };
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    FakeBrowser.prepare();
    scene.server = new FakeServer();
    scene.server.accounts.set('token of ann', 'ann').set('token of bob', 'bob');
    scene.browser = new FakeBrowser(scene.server);
  });
  afterEach(() => {
    FakeBrowser.closeAll();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return scene;
}
