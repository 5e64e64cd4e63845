import { useCallback, useRef, useState, type ReactNode } from 'react';
import { useText } from '../../i18n/texts_context';
import { roomPath } from '../../runtime/navigation';
import { copyText } from '../../ui/copy_text';
import { Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/TextField';
import { useToast } from '../../ui/Toast';

export interface InviteLink {
  readonly copy: (room: string) => void;
  /** What shows the link where the browser does not let us copy it. */
  readonly fallback: ReactNode;
}

export function useInviteLink(): InviteLink {
  const t = useText();
  const toast = useToast();
  const [shown, setShown] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);

  const copy = useCallback((room: string) => {
    void copyText(linkTo(room)).then((copied) => {
      if (copied) toast({ tone: 'success', text: t('rooms-link-copied') });
      else setShown(room);
    });
  }, [t, toast]);

  const fallback = (
    <Dialog
      open={shown !== null} onClose={() => { setShown(null); }} title={t('rooms-link-title')} description={t('rooms-link-description')}
      initialFocus={field}
    >
      <TextField
        ref={field} label={t('rooms-link-field', { room: `#${shown ?? ''}` })} readOnly value={linkTo(shown ?? '')}
        onFocus={(event) => { event.target.select(); }}
      />
    </Dialog>
  );
  return { copy, fallback };
}

function linkTo(room: string): string {
  return window.location.origin + roomPath(room);
}
