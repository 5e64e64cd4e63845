import { useState } from 'react';
import type { PresenceStatus } from '../protocol/types';
import { classNames } from './class_names';
import { hueOf, initialsOf, ownImage } from './avatar_look';
import { StatusDot } from './StatusDot';
import styles from './Avatar.module.css';

export interface AvatarProps {
  readonly name: string;
  /** An address on this server; others are not shown. */
  readonly image?: string | null | undefined;
  /** CSS pixels. */
  readonly size?: 20 | 24 | 28 | 32 | 36 | 40 | 56;
  /** A dot on its corner. */
  readonly status?: PresenceStatus;
  readonly className?: string | undefined;
}

/** Decoration: the name always stands beside it as text. */
export function Avatar({ name, image, size = 36, status, className }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const source = ownImage(image);
  return (
    <span className={classNames(styles.avatar, styles[`hue${hueOf(name)}`], className)} style={{ width: size, height: size, fontSize: size * 0.4 }} aria-hidden="true">
      {source !== null && source !== broken ? (
        <img className={styles.image} src={source} alt="" width={size} height={size} loading="lazy" onError={() => { setBroken(source); }} />
      ) : (
        <span className={styles.initials}>{initialsOf(name)}</span>
      )}
      {status !== undefined && <span className={styles.status}><StatusDot status={status} size={size >= 32 ? 10 : 8} /></span>}
    </span>
  );
}
