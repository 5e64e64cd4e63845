import { useCallback, useEffect, useLayoutEffect, useRef, type MouseEvent, type PointerEvent, type RefObject, type SyntheticEvent } from 'react';

interface Modal {
  readonly ref: RefObject<HTMLDialogElement>;
  /** For the <dialog>. */
  readonly handlers: {
    readonly onCancel: (event: SyntheticEvent<HTMLDialogElement>) => void;
    readonly onClose: (event: SyntheticEvent<HTMLDialogElement>) => void;
    readonly onPointerDown: (event: PointerEvent<HTMLDialogElement>) => void;
    readonly onClick: (event: MouseEvent<HTMLDialogElement>) => void;
  };
}

/** Shows a <dialog> modally for as long as it is mounted, asks to be closed on Escape and on a click beside it, and gives the focus back to
 *  where it was. `initialFocus` gets the focus, or a field with
 *  autoFocus; without one the browser chooses the first control. */
export function useModal(onClose: () => void, initialFocus?: RefObject<HTMLElement>): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  useLayoutEffect(() => { close.current = onClose; });

  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    // React focuses an autoFocus element when it is inserted, and in a dialog that is not shown yet nothing can be focused.
    (initialFocus?.current ?? dialog.querySelector<HTMLElement>('[data-autofocus]'))?.focus();
    document.documentElement.classList.add('has-modal');
    return () => {
      dialog.close();
      if (document.querySelector('dialog[open]') === null) document.documentElement.classList.remove('has-modal');
      // The browser does this only for a dialog that is still in the document when it closes.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [initialFocus]);

  // A press that began inside and ended outside (selecting text with the mouse) is not a click on the backdrop.
  const pressedOutside = useRef(false);

  return {
    ref,
    handlers: {
      onCancel: (event) => {
        if (event.target !== ref.current) return;
        event.preventDefault();
        close.current();
      },
      // Some browsers close on a second Escape whatever onCancel says.
      onClose: (event) => {
        if (event.target === ref.current) close.current();
      },
      onPointerDown: (event) => {
        pressedOutside.current = event.target === ref.current;
      },
      onClick: useCallback((event: MouseEvent<HTMLDialogElement>) => {
        if (event.target === ref.current && pressedOutside.current) close.current();
      }, []),
    },
  };
}
