import { useId, type ReactNode } from 'react';
import { classNames } from './class_names';
import { VisuallyHidden } from './VisuallyHidden';
import styles from './SegmentedControl.module.css';

export interface SegmentedControlProps<T extends string> {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly options: readonly { readonly value: T; readonly label: string; readonly icon?: ReactNode }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** Radio buttons side by side, for two to four short choices. */
export function SegmentedControl<T extends string>({ label, hideLabel = false, options, value, onChange }: SegmentedControlProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{hideLabel ? <VisuallyHidden>{label}</VisuallyHidden> : label}</legend>
      <div className={styles.list}>
        {options.map((option) => (
          <label key={option.value} className={classNames(styles.option, option.value === value && styles.chosen)}>
            <input
              type="radio" name={name} value={option.value} checked={option.value === value} className={styles.input}
              onChange={() => { onChange(option.value); }}
            />
            {option.icon}
            <span className={styles.text}>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
