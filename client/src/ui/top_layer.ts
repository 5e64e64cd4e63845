/** Shows the element above everything, a modal dialog included, where the browser can; elsewhere z-index has to do. By hand, because
 *  React 18 does not know the attribute yet. */
export function liftToTop(element: HTMLElement): void {
  if (!('showPopover' in element)) return;
  element.setAttribute('popover', 'manual');
  element.showPopover();
}
