import { classNames } from './class_names';
import styles from './Spinner.module.css';

export interface SpinnerProps {
  /** CSS pixels. */
  readonly size?: number;
  /** What is being waited for, for screen readers; without it the spinner is decoration. */
  readonly label?: string;
  readonly className?: string | undefined;
}

export function Spinner({ size = 18, label, className }: SpinnerProps) {
  return (
    <span className={classNames(styles.spinner, className)} role={label === undefined ? undefined : 'status'}>
      <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
        <circle cx="12" cy="12" r="9" stroke="currentColor" strokeWidth="2.5" opacity="0.2" />
        <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />
      </svg>
      {label !== undefined && <span className={styles.label}>{label}</span>}
    </span>
  );
}
