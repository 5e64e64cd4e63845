import { lazy, Suspense, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { SmileIcon } from '../../../ui/icons';
import { IconButton } from '../../../ui/IconButton';
import { Popover } from '../../../ui/Popover';
import { Spinner } from '../../../ui/Spinner';
import styles from './EmojiPopover.module.css';

const EmojiPicker = lazy(() => import('./EmojiPicker'));

export interface EmojiPopoverProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onPick: (emoji: string) => void;
  /** Of the button. */
  readonly label: string;
  readonly shortcut?: string;
  readonly size?: 'small' | 'medium';
  readonly disabled?: boolean;
}

/** A button that opens the emoji picker. */
export function EmojiPopover({ open, onOpenChange, onPick, label, shortcut, size = 'medium', disabled = false }: EmojiPopoverProps): ReactElement {
  const t = useText();
  const button = (
    <IconButton
      size={size} label={label} disabled={disabled} icon={<SmileIcon size={size === 'small' ? 16 : 20} />}
      {...(shortcut === undefined ? {} : { tooltip: t('chat-with-key', { label, key: shortcut }) })}
    />
  );
  return (
    <Popover trigger={button} label={t('chat-emoji-picker')} open={open} onOpenChange={onOpenChange} side="top" align="end" flush>
      <Suspense fallback={<div className={styles.loading}><Spinner label={t('chat-loading')} /></div>}>
        <EmojiPicker onPick={onPick} />
      </Suspense>
    </Popover>
  );
}
