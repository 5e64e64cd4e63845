import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { Popover } from '../../../ui/Popover';
import EmojiPicker from './EmojiPicker';

export interface EmojiPanelProps {
  readonly trigger: ReactElement;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onPick: (emoji: string) => void;
}

export default function EmojiPanel({ trigger, open, onOpenChange, onPick }: EmojiPanelProps): ReactElement {
  const t = useText();
  return (
    <Popover trigger={trigger} label={t('chat-emoji-picker')} open={open} onOpenChange={onOpenChange} side="top" align="end" flush>
      <EmojiPicker onPick={onPick} />
    </Popover>
  );
}
