import { forwardRef, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { classNames } from './class_names';
import { Tooltip } from './Tooltip';
import styles from './IconButton.module.css';

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** Its accessible name, and the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly variant?: 'ghost' | 'secondary' | 'primary' | 'danger';
  readonly size?: 'small' | 'medium' | 'large';
  /** More than the label, e.g. with a shortcut; null for none. */
  readonly tooltip?: ReactNode;
  readonly tooltipSide?: 'top' | 'bottom';
  /** For a button that switches something on and off. */
  readonly pressed?: boolean;
  /** On the corner: a count or a dot. */
  readonly badge?: ReactNode;
}

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, icon, variant = 'ghost', size = 'medium', tooltip, tooltipSide = 'top', pressed, badge, type = 'button', className, ...rest },
  ref,
) {
  return (
    <Tooltip text={tooltip === undefined ? label : tooltip} side={tooltipSide} repeatsName>
      <button
        {...rest}
        ref={ref}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        className={classNames(styles.button, styles[variant], styles[size], pressed && styles.pressed, className)}
      >
        {icon}
        {badge !== undefined && <span className={styles.badge}>{badge}</span>}
      </button>
    </Tooltip>
  );
});
