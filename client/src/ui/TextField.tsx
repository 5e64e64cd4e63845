import { forwardRef, useId, useState, type InputHTMLAttributes, type ReactNode } from 'react';
import { useText } from '../i18n/texts_context';
import { classNames } from './class_names';
import { Field, fieldAria, type FieldText } from './Field';
import { EyeIcon, EyeOffIcon } from './icons_entrance';
import fieldStyles from './Field.module.css';
import styles from './TextField.module.css';

export interface TextFieldProps extends FieldText, Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'size'> {
  /** At the start, inside the field. */
  readonly icon?: ReactNode;
  /** At the end, inside the field. A password has its own there: the button that shows it. */
  readonly trailing?: ReactNode;
}

/** One line of text. `className` is the field's as a whole, every other attribute the input's. */
export const TextField = forwardRef<HTMLInputElement, TextFieldProps>(function TextField(
  { label, hideLabel, note, hint, error, icon, trailing, type = 'text', className, 'aria-describedby': describedBy, ...rest },
  ref,
) {
  const id = useId();
  const t = useText();
  const [revealed, setRevealed] = useState(false);
  const password = type === 'password';
  const end = password ? (
    <button
      type="button" className={styles.reveal} aria-pressed={revealed} aria-controls={id}
      aria-label={t(revealed ? 'ui-hide-password' : 'ui-show-password')}
      onClick={() => { setRevealed(!revealed); }}
    >
      {revealed ? <EyeOffIcon /> : <EyeIcon />}
    </button>
  ) : trailing;

  return (
    <Field id={id} label={label} hideLabel={hideLabel} note={note} hint={hint} error={error} className={className}>
      <div className={styles.frame}>
        {icon !== undefined && <span className={styles.icon}>{icon}</span>}
        <input
          dir={password ? undefined : 'auto'}
          {...rest}
          {...fieldAria(id, { hint, error }, describedBy)}
          ref={ref}
          id={id}
          data-autofocus={rest.autoFocus}
          type={password && revealed ? 'text' : type}
          className={classNames(fieldStyles.control, icon !== undefined && styles.withIcon, end !== undefined && styles.withEnd)}
        />
        {end !== undefined && <span className={styles.end}>{end}</span>}
      </div>
    </Field>
  );
});
