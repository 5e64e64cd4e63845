import { useRef, useState, type ReactElement } from 'react';
import { useChatActions } from '../../../hooks/chat';
import { useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { Alert } from '../../../ui/Alert';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { failureText } from '../failure_text';
import { EmojiText } from '../markdown/EmojiText';
import { oneLine } from './one_line';
import styles from './DeleteDialog.module.css';

/** Deleting cannot be undone: asks first. */
export function DeleteDialog({ row, onClose }: { row: MessageRow; onClose: () => void }): ReactElement {
  const t = useText();
  const { remove } = useChatActions();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const confirm = useRef<HTMLButtonElement>(null);

  const removeIt = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const result = await remove(row.id ?? '');
    setBusy(false);
    if (result.ok) onClose();
    else setError(t('chat-failed', { reason: failureText(t, result.failure) }));
  };
  return (
    <Dialog
      open onClose={onClose} title={t('chat-delete-title')} description={t('chat-delete-description')} initialFocus={confirm}
      footer={<>
        <Button onClick={onClose}>{t('chat-cancel')}</Button>
        <Button ref={confirm} variant="danger" busy={busy} onClick={() => void removeIt()}>{t('chat-delete')}</Button>
      </>}
    >
      <blockquote className={styles.quote} dir="auto"><EmojiText text={oneLine(row.text)} /></blockquote>
      {error !== null && <Alert>{error}</Alert>}
    </Dialog>
  );
}
