/** What one can do with a message: the list provides it, the rows use it. One stable object, so that no row is drawn
 *  again because of it. */

import { createContext, useContext } from 'react';
import type { Result } from '../../../protocol/types';
import type { MessageRow } from '../../../state/view';

export interface RowCommands {
  readonly reply: (row: MessageRow) => void;
  readonly startEdit: (row: MessageRow) => void;
  readonly stopEdit: () => void;
  readonly saveEdit: (row: MessageRow, text: string) => Promise<Result<null>>;
  /** Takes one's own reaction back, or adds it. */
  readonly react: (row: MessageRow, emoji: string) => void;
  /** Opens the emoji picker at that row; null closes it. */
  readonly pick: (key: string | null) => void;
  readonly copy: (row: MessageRow) => void;
  /** Asks first. */
  readonly remove: (row: MessageRow) => void;
  readonly retry: (row: MessageRow) => void;
  readonly discard: (row: MessageRow) => void;
  /** To the message with that id, if it is loaded. */
  readonly jumpTo: (id: string) => void;
}

export const RowCommandsContext = createContext<RowCommands | null>(null);

export function useRowCommands(): RowCommands {
  const commands = useContext(RowCommandsContext);
  if (commands === null) throw new Error('There is no message list around this row');
  return commands;
}

/** Whether one may delete other people's messages here. */
export const ModeratesContext = createContext(false);

export const isSent = (row: MessageRow): row is MessageRow & { readonly id: string } => row.id !== null && !row.deleted;
