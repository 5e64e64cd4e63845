import { useText } from '../i18n/context';
import { navigate } from '../runtime/navigation';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { SearchIcon } from '../ui/icons';
import styles from './ErrorBoundary.module.css';

export function NotFoundPage() {
  const t = useText();
  return (
    <main className={styles.page}>
      <EmptyState
        icon={<SearchIcon size={26} />} title={t('app-not-found-title')} description={t('app-not-found-description')}
        action={<Button variant="primary" onClick={() => { navigate('/'); }}>{t('app-not-found-action')}</Button>}
      />
    </main>
  );
}
