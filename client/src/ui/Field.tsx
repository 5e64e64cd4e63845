/** What every field has around its control: label, hint, error. */

import type { ReactNode } from 'react';
import { AlertIcon } from './icons_entrance';
import { classNames } from './class_names';
import { VisuallyHidden } from './VisuallyHidden';
import styles from './Field.module.css';

export interface FieldText {
  readonly label: string;
  /** For screen readers only, where the place says enough (a search field with an icon). */
  readonly hideLabel?: boolean | undefined;
  /** At the end of the label's line: "optional", a counter. */
  readonly note?: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with what was entered; null or undefined while nothing is. */
  readonly error?: ReactNode;
}

export function Field({ id, label, hideLabel = false, note, hint, error, className, children }: FieldText & {
  id: string;
  className?: string | undefined;
  children: ReactNode;
}) {
  const failed = hasContent(error);
  return (
    <div className={classNames(styles.field, className)}>
      {hideLabel ? (
        <label htmlFor={id}><VisuallyHidden>{label}</VisuallyHidden></label>
      ) : (
        <div className={styles.head}>
          <label className={styles.label} htmlFor={id}>{label}</label>
          {hasContent(note) && <span className={styles.note}>{note}</span>}
        </div>
      )}
      {children}
      {failed ? (
        <p className={styles.error} id={`${id}-error`}>
          <AlertIcon size={15} className={styles.errorIcon} />
          <span>{error}</span>
        </p>
      ) : (
        hasContent(hint) && <p className={styles.hint} id={`${id}-hint`}>{hint}</p>
      )}
    </div>
  );
}

function hasContent(node: ReactNode): boolean {
  return node !== undefined && node !== null && node !== '' && node !== false;
}

/** The attributes of the control that point at hint and error. */
export function fieldAria(id: string, { hint, error }: Pick<FieldText, 'hint' | 'error'>, describedBy?: string) {
  const own = hasContent(error) ? `${id}-error` : hasContent(hint) ? `${id}-hint` : undefined;
  return {
    'aria-invalid': hasContent(error) || undefined,
    'aria-describedby': [own, describedBy].filter(Boolean).join(' ') || undefined,
  };
}
