import { lazy, Suspense, useState, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { SmileIcon } from '../../../ui/icons';
import { IconButton } from '../../../ui/IconButton';

/** The panel and what places it: fetched when it is first opened. */
const EmojiPanel = lazy(() => import('./EmojiPanel'));

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
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  const button = (
    <IconButton
      size={size} label={label} disabled={disabled} icon={<SmileIcon size={size === 'small' ? 16 : 20} />} aria-haspopup="dialog" aria-expanded={open}
      {...(shortcut === undefined ? {} : { tooltip: t('chat-with-key', { label, key: shortcut }) })}
      onClick={opened ? undefined : () => onOpenChange(true)}
    />
  );
  if (!opened) return button;
  return (
    <Suspense fallback={button}>
      <EmojiPanel trigger={button} open={open} onOpenChange={onOpenChange} onPick={onPick} />
    </Suspense>
  );
}
