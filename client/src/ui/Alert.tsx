import type { ReactNode } from 'react';
import { classNames } from './class_names';
import { AlertIcon, CheckIcon, ClockIcon } from './icons_entrance';
import styles from './Alert.module.css';

export interface AlertProps {
  readonly tone?: 'problem' | 'warning' | 'wait' | 'success' | 'calm';
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Read out as soon as it appears; off where a number in it changes every second. */
  readonly live?: boolean;
}

/** A message inside a page or form, for what belongs to no single field. */
export function Alert({ tone = 'problem', children, action, live = true }: AlertProps) {
  const Symbol = tone === 'wait' ? ClockIcon : tone === 'success' ? CheckIcon : AlertIcon;
  return (
    <div className={classNames(styles.alert, styles[tone])} role={live ? (tone === 'problem' ? 'alert' : 'status') : undefined}>
      <Symbol className={styles.icon} />
      <div className={styles.text}>{children}</div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  );
}
