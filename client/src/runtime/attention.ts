/** What a tab in the background shows: the number of unread messages in its title, and a dot on its icon. */

import type { ChatView, Store } from '../state/view';
import { locationStore, roomOfPath } from './navigation';

const NAME = 'Chillin';

export function titleFor(unread: number, room: string | null): string {
  const place = room === null ? NAME : `#${room} · ${NAME}`;
  return unread === 0 ? place : `(${unread > 99 ? '99+' : unread}) ${place}`;
}

export function followAttention(store: Store<ChatView>): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
  const plain = icon?.getAttribute('href') ?? null;
  let shown = '';
  function show(unread: number): void {
    const title = titleFor(unread, roomOfPath(locationStore.get().path));
    if (title !== shown || document.title !== title) document.title = title;
    shown = title;
    if (icon === null || plain === null) return;
    const wanted = unread > 0 ? '/icon-unread.svg' : plain;
    if (icon.getAttribute('href') !== wanted) icon.setAttribute('href', wanted);
  }
  const update = (): void => show(store.get().summaries.reduce((sum, room) => sum + room.unread, 0));
  update();
  const stops = [store.subscribe(update), locationStore.subscribe(update)];
  return () => {
    for (const stop of stops) stop();
    show(0);
  };
}
