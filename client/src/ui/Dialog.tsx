import { useId, type ReactNode, type RefObject } from 'react';
import { useText } from '../i18n/texts_context';
import { classNames } from './class_names';
import { IconButton } from './IconButton';
import { XIcon } from './icons';
import { useModal } from './modal';
import styles from './Dialog.module.css';

export interface DialogProps {
  /** Nothing is rendered while it is false, so that what it holds begins anew each time. */
  readonly open: boolean;
  /** Escape, the close button, a click beside it. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  /** Buttons, at the end. A form puts its own inside instead, with DialogActions. */
  readonly footer?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement>;
  /** Without a title's line and close button: for a switcher that brings its own field. The title is still its name. */
  readonly bare?: boolean;
  readonly children?: ReactNode;
}

/** A modal dialog; on a phone it fills the screen. */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, title, description, size = 'small', footer, initialFocus, bare = false, children }: Omit<DialogProps, 'open'>) {
  const id = useId();
  const t = useText();
  const { ref, handlers } = useModal(onClose, initialFocus);
  const described = description !== undefined;
  return (
    <dialog
      ref={ref}
      {...handlers}
      className={classNames(styles.dialog, styles[size], bare && styles.bare)}
      aria-labelledby={bare ? undefined : `${id}-title`}
      aria-label={bare && typeof title === 'string' ? title : undefined}
      aria-describedby={described ? `${id}-description` : undefined}
    >
      <div className={styles.panel}>
        {!bare && (
          <header className={styles.header}>
            <div className={styles.heading}>
              <h2 id={`${id}-title`} className={styles.title}>{title}</h2>
              {described && <p id={`${id}-description`} className={styles.description}>{description}</p>}
            </div>
            <IconButton label={t('ui-close')} icon={<XIcon />} onClick={onClose} className={styles.close} tooltip={null} />
          </header>
        )}
        <div className={styles.body}>{children}</div>
        {footer !== undefined && <div className={styles.footer}>{footer}</div>}
      </div>
    </dialog>
  );
}

/** The row of buttons at the end of a form in a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
