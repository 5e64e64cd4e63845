import { useId, type ReactNode } from 'react';
import { CheckIcon } from './icons_entrance';
import styles from './Checkbox.module.css';

export interface CheckboxProps {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Checkbox({ label, description, checked, onChange, disabled = false }: CheckboxProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <span className={styles.box}>
        <input
          id={id} type="checkbox" className={styles.input} checked={checked} disabled={disabled}
          aria-describedby={description === undefined ? undefined : `${id}-description`}
          onChange={(event) => { onChange(event.target.checked); }}
        />
        <CheckIcon size={14} className={styles.mark} />
      </span>
      <span className={styles.text}>
        <label htmlFor={id} className={styles.label}>{label}</label>
        {description !== undefined && <span id={`${id}-description`} className={styles.description}>{description}</span>}
      </span>
    </div>
  );
}
