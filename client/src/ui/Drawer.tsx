import type { ReactNode } from 'react';
import { classNames } from './class_names';
import { useModal } from './modal';
import styles from './Drawer.module.css';

export interface DrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** What it holds, e.g. "Rooms". */
  readonly label: string;
  readonly side?: 'start' | 'end';
  readonly children: ReactNode;
}

/** What is a column on a wide screen slides in from the side on a phone. */
export function Drawer({ open, ...rest }: DrawerProps) {
  return open ? <OpenDrawer {...rest} /> : null;
}

function OpenDrawer({ onClose, label, side = 'start', children }: Omit<DrawerProps, 'open'>) {
  const { ref, handlers } = useModal(onClose);
  return (
    <dialog ref={ref} {...handlers} className={classNames(styles.drawer, styles[side])} aria-label={label}>
      <div className={styles.panel}>{children}</div>
    </dialog>
  );
}
