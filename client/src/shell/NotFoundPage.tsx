import { useText } from '../i18n/texts_context';
import { navigate } from '../runtime/navigation';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { SearchIcon } from '../ui/icons_entrance';
import styles from './NotFoundPage.module.css';

export function NotFoundPage() {
  const t = useText();
  return (
    <main className={styles.page}>
      <EmptyState
        heading="h1" icon={<SearchIcon size={26} />} title={t('rooms-not-found-title')} description={t('rooms-not-found-description')}
        action={<Button variant="primary" onClick={() => { navigate('/'); }}>{t('rooms-not-found-action')}</Button>}
      />
    </main>
  );
}
