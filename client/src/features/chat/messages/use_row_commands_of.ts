import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useChatActions } from '../../../hooks/chat';
import { useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { useAnnounce } from '../../../ui/Announcer';
import { copyText } from '../../../ui/copy_text';
import { useToast } from '../../../ui/Toast';
import { rememberEmoji } from '../emoji/recent_emoji';
import { failureText } from '../failure_text';
import type { RowCommands } from './commands';

interface Options {
  readonly own: string;
  readonly onReply: (row: MessageRow) => void;
  readonly jumpTo: (id: string) => void;
}

/** The commands of the rows of one list, and what is being done to which row. The object stays the same for good. */
export function useRowCommandsOf(options: Options): {
  commands: RowCommands;
  /** The key of the row that is being edited. */
  editing: string | null;
  /** The key of the row whose emoji picker is open. */
  picking: string | null;
  removing: MessageRow | null;
  closeRemoving: () => void;
} {
  const t = useText();
  const announce = useAnnounce();
  const toast = useToast();
  const actions = useChatActions();
  const [editing, setEditing] = useState<string | null>(null);
  const [picking, setPicking] = useState<string | null>(null);
  const [removing, setRemoving] = useState<MessageRow | null>(null);

  const latest = useRef({ ...options, t, announce, toast, actions });
  useEffect(() => {
    latest.current = { ...options, t, announce, toast, actions };
  });

  const commands = useMemo<RowCommands>(() => ({
    reply: (row) => latest.current.onReply(row),
    startEdit: (row) => setEditing(row.key),
    stopEdit: () => setEditing(null),
    saveEdit: (row, text) => latest.current.actions.edit(row.id ?? '', text),
    react: (row, emoji) => {
      if (row.id === null) return;
      const { own, actions: { react } } = latest.current;
      const on = !row.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(own));
      if (on) rememberEmoji(emoji);
      void react(row.id, emoji, on).then((result) => {
        if (!result.ok) latest.current.toast({ tone: 'problem', text: latest.current.t('chat-failed', { reason: failureText(latest.current.t, result.failure) }) });
      });
    },
    pick: setPicking,
    copy: (row) => {
      void copyText(row.text).then((copied) => {
        const { toast: show, t: text } = latest.current;
        show(copied ? { text: text('chat-copied') } : { tone: 'problem', text: text('chat-copy-failed') });
      });
    },
    remove: setRemoving,
    retry: (row) => { if (row.tempId !== null) latest.current.actions.retry(row.tempId); },
    discard: (row) => { if (row.tempId !== null) latest.current.actions.discard(row.tempId); },
    jumpTo: (id) => latest.current.jumpTo(id),
  }), []);

  const closeRemoving = useCallback(() => setRemoving(null), []);
  return { commands, editing, picking, removing, closeRemoving };
}
