/** What is behind the entrance: the list of rooms, the chat, and what both need. A chunk of its own; the chat is another. */

import { lazy, Suspense, type ComponentType } from 'react';
import RoomsPage from '../features/entrance/RoomsPage';
import { SettingsProvider } from '../features/settings/context';
import { ToastProvider } from '../ui/Toast';
import type { InsidePage } from '../App';
import { ChatSkeleton } from './ChatSkeleton';
import { NotFoundPage } from './NotFoundPage';

export function makeInside(loadChat: () => Promise<{ default: ComponentType<{ room: string }> }>) {
  const Chat = lazy(loadChat);
  return function Inside({ page }: { page: InsidePage }) {
    return (
      <ToastProvider>
        <SettingsProvider>
          {page.kind === 'nothing' && <NotFoundPage />}
          {page.kind === 'rooms' && <RoomsPage />}
          {page.kind === 'room' && <Suspense fallback={<ChatSkeleton />}><Chat room={page.room} /></Suspense>}
        </SettingsProvider>
      </ToastProvider>
    );
  };
}
