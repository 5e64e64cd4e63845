import { forwardRef, type AnchorHTMLAttributes, type MouseEvent } from 'react';
import { navigate } from '../../runtime/navigation';

export interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** A path of this application. */
  readonly href: string;
  readonly onNavigate?: (() => void) | undefined;
}

/** A link within the application: followed without loading a page, and a real link for every other way of opening it. */
export const Link = forwardRef<HTMLAnchorElement, LinkProps>(function Link({ href, onNavigate, onClick, ...rest }, ref) {
  const click = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
    onNavigate?.();
  };
  return <a ref={ref} href={href} onClick={click} {...rest} />;
});
