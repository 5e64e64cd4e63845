import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { VisuallyHidden } from './VisuallyHidden';

/** `urgent` interrupts what the screen reader is saying: for what cannot wait. */
export type Announce = (text: string, options?: { readonly urgent?: boolean }) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

interface Spoken {
  readonly text: string;
  /** Changes with each text, so that the same words twice are two announcements. */
  readonly turn: number;
}

const CLEAR_AFTER_MS = 6000;

/** Says things to screen readers without showing them. One for the whole page: a live region must be there before its
 *  text is. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState<Spoken>({ text: '', turn: 0 });
  const [urgent, setUrgent] = useState<Spoken>({ text: '', turn: 0 });
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => { window.clearTimeout(timer.current); }, []);

  const announce = useCallback<Announce>((text, options) => {
    const set = options?.urgent === true ? setUrgent : setPolite;
    set((before) => ({ text, turn: before.turn + 1 }));
    // Left standing, it would be found when somebody reads through the page much later.
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      setPolite((before) => ({ ...before, text: '' }));
      setUrgent((before) => ({ ...before, text: '' }));
    }, CLEAR_AFTER_MS);
  }, []);

  return (
    <AnnounceContext.Provider value={announce}>
      {children}
      <VisuallyHidden>
        <span role="status" aria-live="polite"><span key={polite.turn}>{polite.text}</span></span>
        <span role="alert" aria-live="assertive"><span key={urgent.turn}>{urgent.text}</span></span>
      </VisuallyHidden>
    </AnnounceContext.Provider>
  );
}

export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}
