import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { IconButton } from '../../../ui/IconButton';
import { LinkIcon, LogoutIcon, MoreIcon } from '../../../ui/icons';
import { Menu, MenuItem } from '../../../ui/Menu';

export interface RoomMenuProps {
  readonly onCopyLink: () => void;
  readonly onLeave: () => void;
}

/** On a phone: what does not fit into the room's header. */
export default function RoomMenu({ onCopyLink, onLeave }: RoomMenuProps): ReactElement {
  const t = useText();
  return (
    <Menu align="end" trigger={<IconButton label={t('chat-more')} icon={<MoreIcon />} tooltip={null} />}>
      <MenuItem icon={<LinkIcon />} onSelect={onCopyLink}>{t('chat-copy-link')}</MenuItem>
      <MenuItem icon={<LogoutIcon />} danger onSelect={onLeave}>{t('chat-leave')}</MenuItem>
    </Menu>
  );
}
