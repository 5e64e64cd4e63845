import { useId, type ReactNode } from 'react';
import { classNames } from './class_names';
import { Field, fieldAria, type FieldText } from './Field';
import { ChevronDownIcon } from './icons_entrance';
import fieldStyles from './Field.module.css';
import styles from './Select.module.css';

export interface SelectProps<T extends string> extends FieldText {
  readonly options: readonly { readonly value: T; readonly label: string; readonly lang?: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  /** At the start, inside the field. */
  readonly icon?: ReactNode;
  /** Without a frame, as wide as its text: for a footer. */
  readonly quiet?: boolean;
  readonly className?: string;
}

/** The browser's own list: it is right on every phone and with every screen reader. */
export function Select<T extends string>({
  label, hideLabel, note, hint, error, options, value, onChange, disabled = false, icon, quiet = false, className,
}: SelectProps<T>) {
  const id = useId();
  return (
    <Field id={id} label={label} hideLabel={hideLabel} note={note} hint={hint} error={error} className={className}>
      <div className={classNames(styles.frame, quiet && styles.quiet)}>
        {icon !== undefined && <span className={styles.icon}>{icon}</span>}
        <select
          {...fieldAria(id, { hint, error })}
          id={id}
          className={classNames(fieldStyles.control, styles.select, icon !== undefined && styles.withIcon)}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {options.map((option) => <option key={option.value} value={option.value} lang={option.lang}>{option.label}</option>)}
        </select>
        <ChevronDownIcon size={16} className={styles.arrow} />
      </div>
    </Field>
  );
}
