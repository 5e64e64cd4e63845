/** What stands between the messages. */

import { memo, type ReactElement } from 'react';
import { useFormat, useText } from '../../../i18n/context';
import { minuteTime } from './minute_time';
import { useToday } from './use_today';
import styles from './OtherRows.module.css';

export const DayDivider = memo(function DayDivider({ time }: { time: number }): ReactElement {
  const format = useFormat();
  return <div className={styles.day} role="separator" aria-label={format.day(time, useToday())}><span>{format.day(time, useToday())}</span></div>;
});

export const UnreadDivider = memo(function UnreadDivider(): ReactElement {
  const t = useText();
  return <div className={styles.unread} role="separator" aria-label={t('chat-unread-divider')}><span>{t('chat-unread-divider')}</span></div>;
});

export const NoticeItem = memo(function NoticeItem({ text, time }: { text: string; time: number }): ReactElement {
  const format = useFormat();
  return <p className={styles.notice}><span dir="auto">{text}</span> <time dateTime={new Date(time).toISOString()} title={format.dateTime(time)}>{minuteTime(format, time)}</time></p>;
});
