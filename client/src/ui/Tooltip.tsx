import {
  cloneElement, useCallback, useEffect, useId, useLayoutEffect, useRef, useState,
  type FocusEvent, type PointerEvent, type ReactElement, type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';
import { liftToTop } from './top_layer';
import styles from './Tooltip.module.css';

interface AnchorProps {
  'aria-describedby'?: string | undefined;
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave?: (event: PointerEvent<HTMLElement>) => void;
  onPointerDown?: (event: PointerEvent<HTMLElement>) => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
  onBlur?: (event: FocusEvent<HTMLElement>) => void;
}

export interface TooltipProps {
  /** Nothing is shown for null. */
  readonly text: ReactNode;
  readonly side?: 'top' | 'bottom';
  /** The text only repeats the accessible name, as on an icon button: then it is not read out twice. */
  readonly repeatsName?: boolean;
  /** One element that takes the usual event handlers. */
  readonly children: ReactElement<AnchorProps>;
}

const DELAY_MS = 450;
const LEAVE_MS = 80;
const GAP = 7;
const MARGIN = 8;

/** One at a time: starting it again cancels what was to come. */
function makeTimer() {
  let id: number | undefined;
  const cancel = (): void => { window.clearTimeout(id); };
  const start = (ms: number, act: () => void): void => {
    cancel();
    id = window.setTimeout(act, ms);
  };
  return { start, cancel };
}

/** Shown after a moment of hovering, or at once on keyboard focus; Escape hides it. It lies in the top layer, so that it
 *  is above a modal dialog too. Its own, because the entrance has no room for a library that places things. */
export function Tooltip({ text, side = 'top', repeatsName = false, children }: TooltipProps) {
  const id = useId();
  // What it points at while it is shown.
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [timer] = useState(makeTimer);
  useEffect(() => timer.cancel, [timer]);
  const hide = useCallback(() => {
    timer.cancel();
    setAnchor(null);
  }, [timer]);

  const { props } = children;
  const open = anchor !== null && text !== null && text !== '';
  const trigger = cloneElement(children, {
    'aria-describedby': open && !repeatsName ? id : props['aria-describedby'],
    onPointerEnter: (event) => {
      props.onPointerEnter?.(event);
      const target = event.currentTarget;
      if (event.pointerType !== 'touch') timer.start(DELAY_MS, () => { setAnchor(target); });
    },
    onPointerLeave: (event) => {
      props.onPointerLeave?.(event);
      // A moment, so that the pointer may move onto the tooltip itself.
      timer.start(LEAVE_MS, hide);
    },
    onPointerDown: (event) => {
      props.onPointerDown?.(event);
      hide();
    },
    onFocus: (event) => {
      props.onFocus?.(event);
      if (event.currentTarget.matches(':focus-visible')) setAnchor(event.currentTarget);
    },
    onBlur: (event) => {
      props.onBlur?.(event);
      hide();
    },
  });

  return (
    <>
      {trigger}
      {open && (
        <Bubble id={id} anchor={anchor} side={side} decorative={repeatsName} onEscape={hide} onEnter={timer.cancel} onLeave={hide}>
          {text}
        </Bubble>
      )}
    </>
  );
}

interface BubbleProps {
  id: string;
  anchor: HTMLElement;
  side: 'top' | 'bottom';
  decorative: boolean;
  onEscape: () => void;
  onEnter: () => void;
  onLeave: () => void;
  children: ReactNode;
}

function Bubble({ id, anchor, side, decorative, onEscape, onEnter, onLeave, children }: BubbleProps) {
  const bubble = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = bubble.current;
    if (element === null) return;
    liftToTop(element);
    const at = anchor.getBoundingClientRect();
    const size = element.getBoundingClientRect();
    const above = at.top - size.height - GAP;
    const below = at.bottom + GAP;
    const fitsBelow = below + size.height <= window.innerHeight - MARGIN;
    const top = (side === 'top' && above >= MARGIN) || !fitsBelow ? above : below;
    const left = Math.min(Math.max(at.left + at.width / 2 - size.width / 2, MARGIN), window.innerWidth - size.width - MARGIN);
    element.style.top = `${Math.round(top)}px`;
    element.style.left = `${Math.round(left)}px`;
  }, [anchor, side, children]);

  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onEscape();
    };
    window.addEventListener('keydown', key);
    window.addEventListener('scroll', onEscape, true);
    return () => {
      window.removeEventListener('keydown', key);
      window.removeEventListener('scroll', onEscape, true);
    };
  }, [onEscape]);

  return createPortal(
    <div
      ref={bubble} id={id} role="tooltip" className={styles.tooltip} aria-hidden={decorative || undefined}
      onPointerEnter={onEnter} onPointerLeave={onLeave}
    >
      {children}
    </div>,
    document.body,
  );
}
