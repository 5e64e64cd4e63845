/** The one chat of this page. It lives outside React: a component that mounts twice, or a look at the room directory,
 *  must not cost the connection. */

import { nameOf, type Identity } from '../state/view';
import { followAttention } from './attention';
import { createChatRuntime, type ChatRuntime } from './chat_runtime';
import { openDeviceStore, type DeviceStore } from './device_store';
import { createNotifier } from './notifier';
import type { SessionRuntime } from './session_runtime';
import { createTransport } from './socket';

let store: Promise<DeviceStore> | null = null;
let current: { readonly key: string; readonly chat: Promise<ChatRuntime>; readonly stop: () => void } | null = null;

function keyOf(identity: Identity): string {
  return `${identity.kind}:${nameOf(identity)}:${identity.kind === 'account' ? identity.token : ''}`;
}

/** The chat of that identity; that of another one is stopped. */
export function chatOf(session: SessionRuntime, identity: Identity): Promise<ChatRuntime> {
  const key = keyOf(identity);
  if (current?.key === key) return current.chat;
  current?.stop();
  let stopped = false;
  let stop = (): void => undefined;
  store ??= openDeviceStore();
  const chat = store.then((opened) => {
    const notifier = createNotifier(session.preferences);
    const runtime = createChatRuntime({ session, identity, store: opened, transport: createTransport, notify: notifier.notify });
    const stopAttention = followAttention(runtime.store);
    stop = () => {
      stopAttention();
      runtime.stop();
    };
    if (stopped) stop();
    return runtime;
  });
  current = {
    key,
    chat,
    stop: () => {
      stopped = true;
      stop();
    },
  };
  // Signed out, here or in another tab.
  const unsubscribe = session.identity.subscribe(() => {
    const now = session.identity.get();
    if (now !== null && keyOf(now) === key) return;
    unsubscribe();
    if (current?.key !== key) return;
    current.stop();
    current = null;
  });
  return chat;
}
