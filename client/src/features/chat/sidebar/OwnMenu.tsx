/** Who one is, at the foot of the sidebar; opens upwards to status, settings and the way out. Not a floating menu: in a
 *  drawer, which is a modal dialog, nothing outside of it could be reached. */

import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { nameOf, type Identity } from '../../../state/view';
import { Avatar } from '../../../ui/Avatar';
import { classNames } from '../../../ui/class_names';
import { ChevronDownIcon, KeyboardIcon, LogoutIcon, SettingsIcon } from '../../../ui/icons';
import { StatusChoice } from './StatusChoice';
import styles from './OwnMenu.module.css';

export type OwnStatus = 'online' | 'away' | 'busy';

export interface OwnMenuProps {
  readonly identity: Identity;
  readonly status: OwnStatus | 'offline';
  readonly onStatus: (status: OwnStatus) => void;
  readonly onSettings: () => void;
  readonly onShortcuts: () => void;
  readonly onSignOut: () => void;
}

export function OwnMenu({ identity, status, onStatus, onSettings, onShortcuts, onSignOut }: OwnMenuProps): ReactElement {
  const t = useText();
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const name = nameOf(identity);

  useEffect(() => {
    if (!open) return undefined;
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.preventDefault();
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  const closeAnd = (then: () => void) => () => {
    setOpen(false);
    then();
  };

  return (
    <div ref={menu} className={styles.own} onKeyDown={onKeyDown}>
      {open && (
        <div id={id} className={styles.panel}>
          <StatusChoice value={status === 'offline' ? 'online' : status} onChange={onStatus} />
          <button type="button" className={styles.item} onClick={closeAnd(onSettings)}><SettingsIcon />{t('chat-settings')}</button>
          <button type="button" className={styles.item} onClick={closeAnd(onShortcuts)}><KeyboardIcon />{t('chat-shortcuts')}</button>
          <button type="button" className={styles.item} onClick={closeAnd(onSignOut)}><LogoutIcon />{t('chat-sign-out')}</button>
        </div>
      )}
      <button ref={button} type="button" className={classNames(styles.button, open && styles.open)} aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <Avatar name={name} image={identity.kind === 'account' ? identity.user.avatar : null} size={32} status={status} />
        <span className={styles.about}>
          <bdi className={styles.name}>{name}</bdi>{' '}
          <span className={styles.status}>{identity.kind === 'guest' ? t('chat-guest', { status: t(`chat-status-${status}`) }) : t(`chat-status-${status}`)}</span>
        </span>
        <ChevronDownIcon size={16} />
      </button>
    </div>
  );
}
