/** What stands in place of a room that one cannot be in, and what to do about it. */

import { useState, type FormEvent, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import type { Failure } from '../../../protocol/types';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { AlertIcon, KeyIcon, LockIcon, UserIcon } from '../../../ui/icons';
import { TextField } from '../../../ui/TextField';
import { failureText } from '../failure_text';
import styles from './RefusedRoom.module.css';

export interface RefusedRoomProps {
  readonly room: string;
  readonly refusal: Failure;
  readonly guest: boolean;
  readonly onJoin: (password?: string) => void;
  readonly onBrowse: () => void;
  readonly onSignOut: () => void;
}

function PasswordForm({ room, wrong, onJoin, onBrowse }: { room: string; wrong: boolean; onJoin: (password: string) => void; onBrowse: () => void }): ReactElement {
  const t = useText();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(wrong ? t('chat-password-wrong') : null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (password === '') setError(t('chat-password-missing'));
    else onJoin(password);
  };
  return (
    <form className={styles.card} onSubmit={submit} noValidate aria-labelledby="room-password-title">
      <span className={styles.symbol}><LockIcon size={24} /></span>
      <h2 id="room-password-title" className={styles.title}>{t('chat-password-title', { room })}</h2>
      <p className={styles.text}>{t('chat-password-text')}</p>
      <TextField
        label={t('chat-password')} type="password" autoFocus autoComplete="off" required icon={<KeyIcon size={16} />} value={password} error={error}
        onChange={(event) => { setPassword(event.target.value); setError(null); }}
      />
      <div className={styles.buttons}>
        <Button onClick={onBrowse}>{t('chat-browse')}</Button>
        <Button type="submit" variant="primary">{t('chat-join')}</Button>
      </div>
    </form>
  );
}

export function RefusedRoom({ room, refusal, guest, onJoin, onBrowse, onSignOut }: RefusedRoomProps): ReactElement {
  const t = useText();
  const { code } = refusal;
  if (code === 'ROOM_PASSWORD_REQUIRED' || code === 'ROOM_PASSWORD_WRONG') {
    return <div className={styles.place}><PasswordForm room={room} wrong={code === 'ROOM_PASSWORD_WRONG'} onJoin={onJoin} onBrowse={onBrowse} /></div>;
  }
  const browse = <Button onClick={onBrowse}>{t('chat-browse')}</Button>;
  const again = <Button variant="primary" onClick={() => onJoin()}>{t('chat-try-again')}</Button>;
  const known: Partial<Record<Failure['code'], ReactElement>> = {
    NAME_TAKEN: (
      <EmptyState
        icon={<UserIcon size={28} />} title={t('chat-refused-name-taken')} description={t(guest ? 'chat-refused-name-taken-guest' : 'chat-refused-name-taken-account', { room })}
        action={<div className={styles.buttons}>{browse}{guest ? <Button variant="primary" onClick={onSignOut}>{t('chat-other-name')}</Button> : again}</div>}
      />
    ),
    BANNED: <EmptyState icon={<AlertIcon size={28} />} title={t('chat-refused-banned', { room })} description={t('chat-refused-banned-text')} action={browse} />,
    ROOM_NOT_FOUND: <EmptyState icon={<AlertIcon size={28} />} title={t('chat-refused-not-found', { room })} description={t('chat-refused-not-found-text')} action={browse} />,
    FORBIDDEN: <EmptyState icon={<LockIcon size={28} />} title={t('chat-refused-forbidden', { room })} description={t('chat-refused-forbidden-text')} action={browse} />,
    AUTH_REQUIRED: <EmptyState icon={<UserIcon size={28} />} title={t('chat-refused-sign-in')} description={t('chat-refused-sign-in-text')} action={<Button variant="primary" onClick={onSignOut}>{t('chat-sign-in')}</Button>} />,
    AUTH_FAILED: <EmptyState icon={<UserIcon size={28} />} title={t('chat-refused-session')} description={t('chat-refused-session-text')} action={<Button variant="primary" onClick={onSignOut}>{t('chat-sign-in')}</Button>} />,
  };
  return (
    <div className={styles.place}>
      {known[code] ?? <EmptyState tone="problem" icon={<AlertIcon size={28} />} title={t('chat-refused', { room })} description={t('chat-failed', { reason: failureText(t, refusal) })} action={<div className={styles.buttons}>{browse}{again}</div>} />}
    </div>
  );
}
