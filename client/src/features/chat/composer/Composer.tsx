/** Where messages are written. */

import { forwardRef, memo, useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useChatActions, useOptimisticMessages } from '../../../hooks/chat';
import { useServerConfig } from '../../../hooks/session';
import { useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { useAnnounce } from '../../../ui/Announcer';
import { classNames } from '../../../ui/class_names';
import { IconButton } from '../../../ui/IconButton';
import { SendIcon } from '../../../ui/icons';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import { EmojiPopover } from '../emoji/EmojiPopover';
import { isModKey } from '../shortcuts/keys';
import type { Suggestion } from './completion';
import { Completions, suggestionId } from './Completions';
import { codePoints, COUNT_FROM } from './code_points';
import { keepDraft, readDraft } from './drafts';
import { replaceRange, toggleMark, type Selection } from './formatting';
import { ReplyBar } from './ReplyBar';
import { useCompletion } from './use_completion';
import { useGrowingHeight } from './use_growing_height';
import styles from './Composer.module.css';

export interface ComposerHandle {
  readonly focus: () => void;
}

export interface ComposerProps {
  readonly room: string;
  readonly members: readonly string[];
  readonly replyTo: MessageRow | null;
  readonly onCancelReply: () => void;
  /** Up in an empty field; false if there was nothing to edit. */
  readonly onEditLast: () => boolean;
  /** Why nothing can be written here; null if it can. */
  readonly disabledReason: string | null;
}

export const Composer = memo(forwardRef<ComposerHandle, ComposerProps>(function Composer({ room, members, replyTo, onCancelReply, onEditLast, disabledReason }, ref): ReactElement {
  const t = useText();
  const announce = useAnnounce();
  const { typing, stopTyping } = useChatActions();
  const { maxMessageLength } = useServerConfig();
  const { send } = useOptimisticMessages(room);
  const [text, setText] = useState(() => readDraft(room));
  const [caret, setCaret] = useState<number | null>(null);
  const [picking, setPicking] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  /** Where the selection goes with the next text. */
  const selectNext = useRef<Selection | null>(null);
  const id = useId();
  const disabled = disabledReason !== null;

  const length = useMemo(() => codePoints(text.trim()), [text]);
  const tooLong = length > maxMessageLength;
  const completion = useCompletion(text, caret, members);
  const { suggestions, selected } = completion;
  const completing = suggestions.length > 0;
  useGrowingHeight(field, text);

  const focus = useCallback(() => field.current?.focus(), []);
  useImperativeHandle(ref, () => ({ focus }), [focus]);
  useEffect(() => { if (replyTo !== null) focus(); }, [replyTo, focus]);
  useEffect(() => () => stopTyping(room), [room, stopTyping]);
  useEffect(() => { if (completing) announce(t('chat-suggestions-count', { count: suggestions.length })); }, [announce, completing, suggestions.length, t]);
  useLayoutEffect(() => {
    const next = selectNext.current;
    if (next === null) return;
    selectNext.current = null;
    field.current?.focus();
    field.current?.setSelectionRange(next.start, next.end);
    setCaret(next.start === next.end ? next.start : null);
  }, [text]);

  const change = (next: string): void => {
    setText(next);
    keepDraft(room, next);
    if (next.trim() === '') stopTyping(room);
    else typing(room);
  };
  const apply = (next: Selection): void => {
    selectNext.current = next;
    change(next.text);
  };
  const selection = (): Selection => ({ text, start: field.current?.selectionStart ?? text.length, end: field.current?.selectionEnd ?? text.length });
  const readCaret = (): void => {
    const { start, end } = selection();
    setCaret(start === end ? start : null);
  };

  const submit = (): void => {
    const written = text.trim();
    if (disabled || written === '' || tooLong) return;
    if (send(written, replyTo?.id ? { replyTo: replyTo.id } : {}) === null) return;
    setText('');
    keepDraft(room, '');
    stopTyping(room);
    setCaret(null);
    if (replyTo !== null) onCancelReply();
    focus();
  };
  const take = (suggestion: Suggestion): void => {
    const { trigger } = completion;
    if (trigger !== null) apply(replaceRange(text, trigger.from, trigger.to, suggestion.insert));
  };

  /** True if the list of suggestions used the key. */
  const completionKey = (event: KeyboardEvent): boolean => {
    if (!completing) return false;
    const count = suggestions.length;
    switch (event.key) {
      case 'ArrowDown':
        completion.select((selected + 1) % count);
        return true;
      case 'ArrowUp':
        completion.select((selected + count - 1) % count);
        return true;
      case 'Enter':
      case 'Tab':
        if (event.shiftKey) return false;
        take(suggestions[selected] as Suggestion);
        return true;
      case 'Escape':
        completion.dismiss();
        return true;
      default:
        return false;
    }
  };
  /** True if the key meant something to the composer. */
  const ownKey = (event: KeyboardEvent): boolean => {
    if (isModKey(event) && !event.altKey && !event.shiftKey && (event.key === 'b' || event.key === 'i')) {
      apply(toggleMark(selection(), event.key === 'b' ? '**' : '*'));
      return true;
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      submit();
      return true;
    }
    if (event.key === 'ArrowUp' && text === '' && !event.shiftKey && !event.altKey) return onEditLast();
    if (event.key === 'Escape' && replyTo !== null) {
      onCancelReply();
      return true;
    }
    return false;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter that ends the input of a Japanese word is not the end of the message.
    if (event.nativeEvent.isComposing) return;
    if (completionKey(event) || ownKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const label = t('chat-message-to', { room });
  return (
    <div className={styles.composer}>
      {completing && <Completions id={`${id}-list`} suggestions={suggestions} selected={selected} onSelect={completion.select} onTake={take} />}
      {replyTo !== null && <ReplyBar row={replyTo} onCancel={onCancelReply} />}
      <div className={classNames(styles.box, replyTo !== null && styles.joined, disabled && styles.disabled)}>
        <textarea
          ref={field} className={styles.field} dir="auto" rows={1} value={text} disabled={disabled} enterKeyHint="send"
          placeholder={disabledReason ?? label} aria-label={label} aria-describedby={`${id}-about`}
          aria-autocomplete="list" aria-controls={completing ? `${id}-list` : undefined} aria-activedescendant={completing ? suggestionId(`${id}-list`, selected) : undefined}
          aria-invalid={tooLong || undefined}
          onChange={(event) => { change(event.target.value); setCaret(event.target.selectionStart); }}
          onKeyDown={onKeyDown} onSelect={readCaret} onBlur={() => setCaret(null)}
        />
        <div className={styles.buttons}>
          <EmojiPopover
            open={picking} onOpenChange={setPicking} label={t('chat-emoji')} disabled={disabled}
            onPick={(emoji) => { setPicking(false); const { start, end } = selection(); apply(replaceRange(text, start, end, emoji)); }}
          />
          <IconButton variant={text.trim() === '' || tooLong ? 'ghost' : 'primary'} label={t('chat-send')} icon={<SendIcon />} disabled={disabled || text.trim() === '' || tooLong} onClick={submit} />
        </div>
      </div>
      <div id={`${id}-about`} className={styles.about}>
        {disabledReason !== null && <VisuallyHidden>{disabledReason}</VisuallyHidden>}
        {length >= maxMessageLength * COUNT_FROM && (
          <span className={tooLong ? styles.over : styles.count}>
            {tooLong ? t('chat-too-long', { count: length - maxMessageLength }) : t('chat-characters-left', { count: maxMessageLength - length })}
          </span>
        )}
      </div>
    </div>
  );
}));
