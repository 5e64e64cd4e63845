import { forwardRef, useId, type TextareaHTMLAttributes } from 'react';
import { classNames } from './class_names';
import { Field, fieldAria, type FieldText } from './Field';
import fieldStyles from './Field.module.css';
import styles from './TextArea.module.css';

export interface TextAreaProps extends FieldText, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'> {}

/** Several lines of text; it grows with what is in it where the browser can. */
export const TextArea = forwardRef<HTMLTextAreaElement, TextAreaProps>(function TextArea(
  { label, hideLabel, note, hint, error, className, rows = 3, 'aria-describedby': describedBy, ...rest },
  ref,
) {
  const id = useId();
  return (
    <Field id={id} label={label} hideLabel={hideLabel} note={note} hint={hint} error={error} className={className}>
      <textarea
        dir="auto"
        rows={rows}
        {...rest}
        {...fieldAria(id, { hint, error }, describedBy)}
        ref={ref}
        id={id}
        className={classNames(fieldStyles.control, styles.area)}
      />
    </Field>
  );
});
