/** A small panel beside the button that opens it. Only for the chat chunk: it brings Radix. */

import * as Radix from '@radix-ui/react-popover';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class_names';
import styles from './Popover.module.css';

export interface PopoverProps {
  /** It must take a ref and pass on what it gets (Button and IconButton do). */
  readonly trigger: ReactElement;
  /** The panel's accessible name. */
  readonly label: string;
  readonly children: ReactNode;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  /** Without padding of its own. */
  readonly flush?: boolean;
  readonly className?: string;
}

export function Popover({ trigger, label, children, align = 'center', side = 'bottom', open, onOpenChange, flush = false, className }: PopoverProps) {
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={classNames(styles.popover, flush && styles.flush, className)}
          align={align} side={side} sideOffset={6} collisionPadding={8} aria-label={label}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Closes the popover that it stands in; its one child must take a ref and pass on what it gets. */
export function PopoverClose({ children }: { children: ReactElement }) {
  return <Radix.Close asChild>{children}</Radix.Close>;
}
