import { useId, type ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { CheckIcon } from '../../../ui/icons';
import { StatusDot } from '../../../ui/StatusDot';
import type { OwnStatus } from './OwnMenu';
import styles from './StatusChoice.module.css';

const STATUSES: readonly OwnStatus[] = ['online', 'away', 'busy'];

/** What others see of one: one below the other, because words for it are long in some languages. */
export function StatusChoice({ value, onChange }: { value: OwnStatus; onChange: (status: OwnStatus) => void }): ReactElement {
  const t = useText();
  const name = useId();
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{t('chat-own-status')}</legend>
      {STATUSES.map((status) => (
        <label key={status} className={styles.option}>
          <input type="radio" name={name} className={styles.input} checked={status === value} onChange={() => onChange(status)} />
          <StatusDot status={status} />
          <span className={styles.text}>{t(`chat-status-${status}`)}</span>
          {status === value && <CheckIcon size={16} />}
        </label>
      ))}
    </fieldset>
  );
}
