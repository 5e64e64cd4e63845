import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Identity } from '../state/view';
import { chatOf } from './chat_manager';
import { createChatRuntime, type ChatRuntime } from './chat_runtime';
import { createRestClient } from './rest';
import { createSessionRuntime, type SessionRuntime } from './session_runtime';
import { createStore } from './store';

vi.mock('./chat_runtime', () => ({ createChatRuntime: vi.fn() }));
vi.mock('./device_store', () => ({ openDeviceStore: () => Promise.resolve({}) }));

let session: SessionRuntime;
const made: ChatRuntime[] = [];

beforeEach(async () => {
  window.localStorage.clear();
  session?.expire();
  await Promise.resolve();
  made.length = 0;
  vi.mocked(createChatRuntime).mockReset().mockImplementation(() => {
    const runtime: ChatRuntime = {
      store: createStore({ connection: { status: 'DISCONNECTED', reason: 'start' } as const, summaries: [], rooms: {} }), actions: {} as ChatRuntime['actions'], stop: vi.fn(),
    };
    made.push(runtime);
    return runtime;
  });
  session = createSessionRuntime(createRestClient(() => Promise.reject(new Error('away'))));
});

async function guest(name: string): Promise<Identity> {
  await session.actions.continueAsGuest(name);
  return session.identity.get() as Identity;
}

describe('the one chat of a page', () => {
  it('is made once, however often it is asked for', async () => {
    const ann = await guest('ann');
    const [first, second] = await Promise.all([chatOf(session, ann), chatOf(session, { ...ann })]);
    expect(first).toBe(second);
    expect(made).toHaveLength(1);
    expect(first.stop).not.toHaveBeenCalled();
  });

  it('is stopped when somebody else comes, and when one signs out', async () => {
    const first = await chatOf(session, await guest('ann'));
    const second = await chatOf(session, await guest('bob'));
    expect(first.stop).toHaveBeenCalledTimes(1);
    expect(second.stop).not.toHaveBeenCalled();
    await session.actions.signOut();
    expect(second.stop).toHaveBeenCalledTimes(1);
    const third = await chatOf(session, await guest('bob'));
    expect(third).not.toBe(second);
    expect(third.stop).not.toHaveBeenCalled();
  });

  it('is stopped as soon as it is there, when one signed out meanwhile', async () => {
    const chat = chatOf(session, await guest('ann'));
    await session.actions.signOut();
    expect((await chat).stop).toHaveBeenCalledTimes(1);
  });
});
