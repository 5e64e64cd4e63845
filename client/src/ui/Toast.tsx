import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useText } from '../i18n/texts_context';
import { AlertIcon, CheckIcon, XIcon } from './icons';
import { classNames } from './class_names';
import { liftToTop } from './top_layer';
import styles from './Toast.module.css';

export interface ToastText {
  readonly text: ReactNode;
  readonly tone?: 'calm' | 'success' | 'problem';
  readonly action?: { readonly label: string; readonly onClick: () => void };
}
export type ShowToast = (toast: ToastText) => void;

const ToastContext = createContext<ShowToast>(() => undefined);

/** Time to read it; none while the pointer or the focus is on it. */
const SHOWN_MS = 5000;

/** A short message at the bottom edge, one at a time: the next replaces it. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<(ToastText & { readonly turn: number }) | null>(null);
  const show = useCallback<ShowToast>((next) => {
    setToast((before) => ({ ...next, turn: (before?.turn ?? 0) + 1 }));
  }, []);
  const hide = useCallback(() => { setToast(null); }, []);
  return (
    <ToastContext.Provider value={show}>
      {children}
      {createPortal(<ToastRegion key={toast?.turn ?? 0} toast={toast} onHide={hide} />, document.body)}
    </ToastContext.Provider>
  );
}

function ToastRegion({ toast, onHide }: { toast: ToastText | null; onHide: () => void }) {
  const t = useText();
  const region = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState(false);
  const shown = toast !== null;

  useEffect(() => {
    if (shown && region.current !== null) liftToTop(region.current);
  }, [shown]);

  useEffect(() => {
    if (!shown || held) return;
    const timer = window.setTimeout(onHide, SHOWN_MS);
    return () => { window.clearTimeout(timer); };
  }, [shown, held, onHide]);

  const hold = useMemo(() => ({
    onPointerEnter: () => { setHeld(true); },
    onPointerLeave: () => { setHeld(false); },
    onFocus: () => { setHeld(true); },
    onBlur: () => { setHeld(false); },
  }), []);

  if (toast === null) return <div ref={region} role="status" className={styles.empty} />;
  const { text, tone = 'calm', action } = toast;
  return (
    <div ref={region} role={tone === 'problem' ? 'alert' : 'status'} className={styles.region}>
      <div className={classNames(styles.toast, styles[tone])} {...hold}>
        {tone === 'success' && <CheckIcon className={styles.icon} />}
        {tone === 'problem' && <AlertIcon className={styles.icon} />}
        <span className={styles.text}>{text}</span>
        {action !== undefined && (
          <button type="button" className={styles.action} onClick={() => { onHide(); action.onClick(); }}>{action.label}</button>
        )}
        <button type="button" className={styles.close} aria-label={t('ui-close')} onClick={onHide}><XIcon size={16} /></button>
      </div>
    </div>
  );
}

export function useToast(): ShowToast {
  return useContext(ToastContext);
}
