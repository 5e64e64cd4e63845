import type { ReactNode } from 'react';
import { classNames } from './class_names';
import styles from './EmptyState.module.css';

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** What to do about it. */
  readonly action?: ReactNode;
  /** Something went wrong, rather than nothing being there. */
  readonly tone?: 'calm' | 'problem';
  /** Where the title is the page's heading. */
  readonly heading?: 'h1' | 'h2';
}

export function EmptyState({ icon, title, description, action, tone = 'calm', heading }: EmptyStateProps) {
  const Title = heading ?? 'p';
  return (
    <div className={classNames(styles.empty, styles[tone])} role={tone === 'problem' ? 'alert' : undefined}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <Title className={styles.title}>{title}</Title>
      {description !== undefined && <p className={styles.description}>{description}</p>}
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  );
}
