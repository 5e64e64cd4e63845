import { useState } from 'react';
import { useSessionActions } from '../../hooks/session';
import { useFormat, useText } from '../../i18n/context';
import { navigate, roomPath } from '../../runtime/navigation';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { Dialog, DialogActions } from '../../ui/Dialog';
import { HashIcon } from '../../ui/icons_entrance';
import { TextArea } from '../../ui/TextArea';
import { TextField } from '../../ui/TextField';
import { FormProblem } from './FormProblem';
import { checkDescription, checkRoomName, MAX_DESCRIPTION } from './room_rules';
import { checkNewPassword, codePoints } from './rules';
import { useForm } from './use_form';
import styles from './EntrancePage.module.css';

const CODES = {
  NAME_TAKEN: { field: 'name', text: 'rooms-name-taken' },
} as const;
const FIELDS = {
  name: { field: 'name', text: 'rooms-name-long' },
  description: { field: 'description', text: 'rooms-description-long' },
  password: { field: 'password', text: 'entrance-password-short' },
} as const;

export interface CreateRoomDialogProps {
  readonly open: boolean;
  /** What stands in the name to begin with. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Makes a room and goes there. */
export function CreateRoomDialog({ open, name, onClose }: CreateRoomDialogProps) {
  const t = useText();
  return (
    <Dialog open={open} onClose={onClose} title={t('rooms-create-title')} description={t('rooms-create-description')}>
      <CreateRoomForm name={name} onClose={onClose} />
    </Dialog>
  );
}

function CreateRoomForm({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const { createRoom } = useSessionActions();
  const [isPrivate, setPrivate] = useState(false);
  const form = useForm({
    initial: { name, description: '', password: '' },
    checks: { name: checkRoomName, description: checkDescription, password: (typed) => (isPrivate ? checkNewPassword(typed) : null) },
    codes: CODES,
    fields: FIELDS,
    send: async (values) => {
      const result = await createRoom({ ...values, isPrivate, password: isPrivate ? values.password : '' });
      // The other name that can be taken is a guest's own.
      return result.ok || result.failure.field !== 'creator'
        ? result
        : { ok: false, failure: { ...result.failure, code: 'INVALID_PAYLOAD', field: null, message: t('rooms-creator-taken') } };
    },
    done: (room) => {
      onClose();
      navigate(roomPath(room.name));
    },
  });
  const left = MAX_DESCRIPTION - codePoints(form.values.description.trim());
  return (
    <form className={styles.form} noValidate onSubmit={form.submit}>
      <TextField
        {...form.field('name')} label={t('rooms-name')} hint={t('rooms-name-hint')} icon={<HashIcon size={16} />} autoComplete="off"
        autoCapitalize="none" spellCheck={false} autoFocus
      />
      <TextArea
        {...form.field('description')} label={t('rooms-description')} rows={2} placeholder={t('rooms-description-hint')}
        note={left < 40 ? format.number(left) : t('entrance-optional')}
      />
      <Checkbox label={t('rooms-make-private')} description={t('rooms-make-private-hint')} checked={isPrivate} onChange={setPrivate} />
      {isPrivate && (
        <TextField {...form.field('password')} label={t('rooms-password')} hint={t('entrance-password-hint')} type="password" autoComplete="off" />
      )}
      <FormProblem failure={form.problem} waitMs={form.waitMs} onRetry={form.submit} />
      <DialogActions>
        <Button onClick={onClose}>{t('rooms-cancel')}</Button>
        <Button type="submit" variant="primary" busy={form.busy} disabled={form.waitMs > 0}>{t('rooms-create')}</Button>
      </DialogActions>
    </form>
  );
}
