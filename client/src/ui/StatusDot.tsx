import type { PresenceStatus } from '../protocol/types';
import { classNames } from './class_names';
import { VisuallyHidden } from './VisuallyHidden';
import styles from './StatusDot.module.css';

export interface StatusDotProps {
  readonly status: PresenceStatus;
  /** For screen readers, e.g. "online"; without it the dot is decoration. */
  readonly label?: string;
  /** CSS pixels. */
  readonly size?: number;
}

/** Each status has a shape of its own as well as a colour: a disc, a moon, a bar, a ring. */
export function StatusDot({ status, label, size = 10 }: StatusDotProps) {
  return (
    <span className={classNames(styles.dot, styles[status])}>
      <svg width={size} height={size} viewBox="0 0 10 10" aria-hidden="true">
        {status === 'online' && <circle cx="5" cy="5" r="5" fill="currentColor" />}
        {status === 'away' && <path d="M6.1.100A5 5 0 1 0 9.9 6.1 4 4 0 0 1 6.1.100Z" fill="currentColor" />}
        {status === 'busy' && <path fillRule="evenodd" d="M5 0a5 5 0 1 1 0 10A5 5 0 0 1 5 0ZM2.4 4.200v1.600h5.200V4.200Z" fill="currentColor" />}
        {status === 'offline' && <circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" strokeWidth="2" />}
      </svg>
      {label !== undefined && <VisuallyHidden>{label}</VisuallyHidden>}
    </span>
  );
}
