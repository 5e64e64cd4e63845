import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useServerConfig } from '../../../hooks/session';
import { useFormat, useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { Button } from '../../../ui/Button';
import { codePoints, COUNT_FROM } from '../composer/code_points';
import { useGrowingHeight } from '../composer/use_growing_height';
import { failureText } from '../failure_text';
import { useRowCommands } from './commands';
import styles from './EditBox.module.css';

/** The text of one's own message, being changed. Enter saves, Escape leaves it as it was. */
export function EditBox({ row }: { row: MessageRow }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { maxMessageLength } = useServerConfig();
  const { saveEdit, stopEdit } = useRowCommands();
  const [text, setText] = useState(row.text);
  const [error, setError] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowingHeight(field, text);

  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);

  const length = codePoints(text.trim());
  const save = async (): Promise<void> => {
    if (saving || length > maxMessageLength) return;
    if (text.trim() === '') return setError(t('chat-edit-empty'));
    if (text.trim() === row.text) return stopEdit();
    setSaving(true);
    const result = await saveEdit(row, text.trim());
    setSaving(false);
    if (result.ok) stopEdit();
    else setError(t('chat-failed', { reason: failureText(t, result.failure) }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void save();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation(); // Escape here does not also mark the room as read
      stopEdit();
    }
  };

  return (
    <div className={styles.edit}>
      <textarea
        ref={field} className={styles.field} dir="auto" rows={1} value={text} aria-label={t('chat-edit-label')}
        aria-invalid={error !== null || undefined} readOnly={saving}
        onChange={(event) => { setText(event.target.value); setError(null); }} onKeyDown={onKeyDown}
      />
      <div className={styles.foot}>
        {error === null ? <span className={styles.hint}>{t('chat-edit-hint')}</span> : <span className={styles.error} role="alert">{error}</span>}
        {length >= maxMessageLength * COUNT_FROM && <span className={length > maxMessageLength ? styles.over : styles.count}>{format.number(maxMessageLength - length)}</span>}
        <Button size="small" variant="ghost" onClick={stopEdit}>{t('chat-cancel')}</Button>
        <Button size="small" variant="primary" busy={saving} disabled={length > maxMessageLength} onClick={() => void save()}>{t('chat-save')}</Button>
      </div>
    </div>
  );
}
