import type { ReactNode } from 'react';
import styles from './icon.module.css';

export interface IconProps {
  /** CSS pixels. */
  readonly size?: number;
  readonly className?: string | undefined;
}

export function Icon({ size = 18, className, children }: IconProps & { children: ReactNode }) {
  return (
    <svg
      className={className === undefined ? styles.icon : `${styles.icon} ${className}`}
      width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.85"
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false"
    >
      {children}
    </svg>
  );
}
