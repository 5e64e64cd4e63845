import { useId, type ReactNode } from 'react';
import styles from './Switch.module.css';

export interface SwitchProps {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  /** Before the label. */
  readonly icon?: ReactNode;
}

/** A setting that takes effect at once. In a form that is sent, use Checkbox. */
export function Switch({ label, description, checked, onChange, disabled = false, icon }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      {icon !== undefined && <span className={styles.icon}>{icon}</span>}
      <span className={styles.text}>
        <label htmlFor={id} className={styles.label}>{label}</label>
        {description !== undefined && <span id={`${id}-description`} className={styles.description}>{description}</span>}
      </span>
      <input
        id={id} type="checkbox" role="switch" className={styles.switch} checked={checked} disabled={disabled}
        aria-describedby={description === undefined ? undefined : `${id}-description`}
        onChange={(event) => { onChange(event.target.checked); }}
      />
    </div>
  );
}
