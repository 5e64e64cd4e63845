/** What the connection is doing, when there is something to know about it. */

import type { ReactElement, ReactNode } from 'react';
import { useText } from '../../../i18n/context';
import type { ConnectionState } from '../../../state/view';
import { Button } from '../../../ui/Button';
import { classNames } from '../../../ui/class_names';
import { AlertIcon, CheckIcon, RetryIcon, WifiOffIcon } from '../../../ui/icons';
import { Spinner } from '../../../ui/Spinner';
import { useBannerShown } from './use_banner_shown';
import { useCountdown } from './use_countdown';
import styles from './ConnectionBanner.module.css';

function symbolOf(state: ConnectionState): ReactNode {
  switch (state.status) {
    case 'CONNECTED':
      return <CheckIcon size={16} />;
    case 'CONNECTING':
      return <Spinner size={16} />;
    case 'RECONNECTING':
      return state.offline ? <WifiOffIcon size={16} /> : <Spinner size={16} />;
    case 'FAILED':
      return <AlertIcon size={16} />;
    case 'DISCONNECTED':
      return <WifiOffIcon size={16} />;
  }
}

/** What a screen reader is told: once for each state and try, not each second. */
function useStatusText(state: ConnectionState): string {
  const t = useText();
  switch (state.status) {
    case 'CONNECTED':
      return t('chat-connection-connected');
    case 'CONNECTING':
      return t('chat-connection-connecting');
    case 'RECONNECTING':
      return state.offline ? t('chat-connection-offline') : t('chat-connection-reconnecting', { attempt: state.attempt, max: state.maxAttempts });
    case 'FAILED':
      return t('chat-connection-failed', { attempts: state.attempts });
    case 'DISCONNECTED':
      return t(`chat-connection-${state.reason}`);
  }
}

function Countdown({ retryAt }: { retryAt: number | null }): ReactElement {
  const t = useText();
  const seconds = useCountdown(retryAt);
  return <span className={styles.countdown} aria-hidden="true">{seconds === null || seconds === 0 ? t('chat-connection-trying') : t('chat-connection-next-try', { seconds })}</span>;
}

export interface ConnectionBannerProps {
  readonly state: ConnectionState;
  readonly onRetry: () => void;
}

export function ConnectionBanner({ state, onRetry }: ConnectionBannerProps): ReactElement {
  const t = useText();
  const shown = useBannerShown(state.status);
  const text = useStatusText(state);
  const offline = state.status === 'RECONNECTING' && state.offline;
  return (
    <div className={classNames(styles.banner, shown && styles.shown)} data-look={offline ? 'OFFLINE' : state.status}>
      {/* A live region has to be there before its text is, so it always is. */}
      <div role="status" className={styles.status} data-state={state.status} data-offline={offline || undefined} data-shown={shown}>
        {shown && (
          <>
            <span className={styles.symbol}>{symbolOf(state)}</span>
            <span>{text}</span>
            {state.status === 'RECONNECTING' && !state.offline && <Countdown retryAt={state.retryAt} />}
          </>
        )}
      </div>
      {shown && state.status !== 'CONNECTED' && <Button size="small" className={styles.retry} icon={<RetryIcon size={15} />} onClick={onRetry}>{t('chat-retry')}</Button>}
    </div>
  );
}
