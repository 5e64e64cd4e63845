import { useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import { Button } from '../../ui/Button';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { TextField } from '../../ui/TextField';
import { FormProblem } from './FormProblem';
import { useForm } from './use_form';
import styles from './EntrancePage.module.css';

const CODES = {
  ROOM_PASSWORD_WRONG: { field: 'password', text: 'rooms-password-wrong' },
  ROOM_PASSWORD_REQUIRED: { field: 'password', text: 'rooms-password-missing' },
} as const;

export interface PasswordDialogProps {
  /** null: closed. */
  readonly room: string | null;
  readonly onClose: () => void;
  readonly onUnlocked: (room: string) => void;
}

/** Asks for the password of a private room, until it is right. */
export function PasswordDialog({ room, onClose, onUnlocked }: PasswordDialogProps) {
  const t = useText();
  return (
    <Dialog open={room !== null} onClose={onClose} title={t('rooms-unlock-title', { room: room ?? '' })} description={t('rooms-unlock-description')}>
      {room !== null && <PasswordForm room={room} onClose={onClose} onUnlocked={onUnlocked} />}
    </Dialog>
  );
}

function PasswordForm({ room, onClose, onUnlocked }: { room: string; onClose: () => void; onUnlocked: (room: string) => void }) {
  const t = useText();
  const { unlockRoom } = useSessionActions();
  const form = useForm({
    initial: { password: '' },
    checks: { password: (typed) => (typed === '' ? 'rooms-password-missing' : null) },
    codes: CODES,
    fields: {},
    send: ({ password }) => unlockRoom(room, password),
    done: () => { onUnlocked(room); },
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.submit}>
      {/* The room's, not the reader's: the browser should not offer the own one. */}
      <TextField {...form.field('password')} label={t('rooms-password')} type="password" autoComplete="off" autoFocus />
      <FormProblem failure={form.problem} waitMs={form.waitMs} onRetry={form.submit} />
      <DialogActions>
        <Button onClick={onClose}>{t('rooms-cancel')}</Button>
        <Button type="submit" variant="primary" busy={form.busy} disabled={form.waitMs > 0}>{t('rooms-unlock')}</Button>
      </DialogActions>
    </form>
  );
}
