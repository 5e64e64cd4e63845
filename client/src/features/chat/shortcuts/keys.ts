/** Which keys mean what, on whatever machine. */

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

interface KeyLike {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Command on Apple's machines, Control elsewhere, and not both. */
export const isModKey = (event: KeyLike): boolean => (APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey);

/** Whether what has the focus takes letters: then they are not shortcuts. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range', 'submit', 'reset'].includes(target.type));
}
