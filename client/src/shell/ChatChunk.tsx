/** Everything that only the chat needs hangs on this module: it is loaded when the entrance is done with, or idle. */

import { ChatProvider } from '../hooks/chat_provider';
import ChatPage from '../features/chat/ChatPage';
import { ChatSkeleton } from './ChatSkeleton';

export default function ChatChunk({ room }: { room: string }) {
  return (
    <ChatProvider waiting={<ChatSkeleton />}>
      <ChatPage room={room} />
    </ChatProvider>
  );
}
