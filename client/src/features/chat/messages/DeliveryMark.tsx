import type { ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import type { MessageRow } from '../../../state/view';
import { Button } from '../../../ui/Button';
import { AlertIcon, CheckIcon, ClockIcon } from '../../../ui/icons';
import { VisuallyHidden } from '../../../ui/VisuallyHidden';
import { failureText } from '../failure_text';
import { useRowCommands } from './commands';
import styles from './DeliveryMark.module.css';

/** How far one's own message has come: a pulsing clock, then a check. */
export function DeliveryMark({ row }: { row: MessageRow }): ReactElement | null {
  const t = useText();
  const format = useFormat();
  const { delivery } = row;
  if (!row.own || delivery.status === 'FAILED') return null;
  if (delivery.status === 'SENT') {
    return <span className={styles.sent} title={t('chat-sent')}><CheckIcon size={14} /><VisuallyHidden>{t('chat-sent')}</VisuallyHidden></span>;
  }
  const label = delivery.waitingUntil === null ? t('chat-sending') : t('chat-sending-at', { time: format.time(delivery.waitingUntil) });
  return <span className={styles.sending} title={label}><ClockIcon size={14} /><VisuallyHidden>{label}</VisuallyHidden></span>;
}

/** Why a message was not sent, and what may be done about it. It stays until the person decides. */
export function FailedDelivery({ row }: { row: MessageRow }): ReactElement | null {
  const t = useText();
  const { retry, discard } = useRowCommands();
  if (row.delivery.status !== 'FAILED') return null;
  return (
    <div className={styles.failed}>
      <span className={styles.reason}>
        <AlertIcon size={16} />
        <span>{t('chat-not-sent', { reason: failureText(t, row.delivery.failure) })}</span>
      </span>
      <span className={styles.buttons}>
        <Button size="small" onClick={() => retry(row)}>{t('chat-retry')}</Button>
        <Button size="small" variant="ghost" onClick={() => discard(row)}>{t('chat-discard')}</Button>
      </span>
    </div>
  );
}
