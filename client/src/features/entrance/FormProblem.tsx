import { useEffect } from 'react';
import type { Failure } from '../../protocol/types';
import { formatDuration } from '../../i18n/duration';
import { useLocale, useText } from '../../i18n/texts_context';
import { Alert } from '../../ui/Alert';
import { useAnnounce } from '../../ui/Announcer';
import { Button } from '../../ui/Button';
import { problemText, worthRetrying } from './problems';

export interface FormProblemProps {
  readonly failure: Failure | null;
  /** Until another try is taken. */
  readonly waitMs?: number;
  readonly onRetry?: () => void;
}

/** Above a form's button: what went wrong that belongs to no field, and what can be done about it. */
export function FormProblem({ failure, waitMs = 0, onRetry }: FormProblemProps) {
  const t = useText();
  const locale = useLocale();
  const announce = useAnnounce();
  // Once, not with every second of the countdown.
  const limited = failure?.code === 'RATE_LIMITED';
  useEffect(() => {
    if (limited) announce(t('entrance-problem-rate-announced'), { urgent: true });
  }, [limited, announce, t]);
  if (failure === null) return null;
  if (limited) {
    return <Alert tone="wait" live={false}>{t('entrance-problem-rate', { wait: formatDuration(locale, waitMs) })}</Alert>;
  }
  const id = problemText(failure);
  const retry = onRetry !== undefined && worthRetrying(failure);
  return (
    <Alert action={retry ? <Button size="small" variant="secondary" onClick={onRetry}>{t('entrance-retry')}</Button> : undefined}>
      {id === null ? failure.message : t(id)}
    </Alert>
  );
}
