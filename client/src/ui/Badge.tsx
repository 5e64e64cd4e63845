import { classNames } from './class_names';
import { VisuallyHidden } from './VisuallyHidden';
import styles from './Badge.module.css';

export interface BadgeProps {
  /** Nothing is shown for 0. */
  readonly count: number;
  readonly tone?: 'unread' | 'mention' | 'quiet';
  /** Above it "99+" is shown. */
  readonly max?: number;
  /** For screen readers, e.g. "3 unread messages"; without it the number alone is read. */
  readonly label?: string;
}

export function Badge({ count, tone = 'unread', max = 99, label }: BadgeProps) {
  if (count <= 0) return null;
  return (
    <span className={classNames(styles.badge, styles[tone])}>
      <span aria-hidden={label !== undefined || undefined}>{count > max ? `${max}+` : count}</span>
      {label !== undefined && <VisuallyHidden>{label}</VisuallyHidden>}
    </span>
  );
}
