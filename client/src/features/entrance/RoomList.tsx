import { useState } from 'react';
import { useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import type { Failure, RoomInfo } from '../../protocol/types';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { HashIcon, PlusIcon, SearchIcon, WifiOffIcon } from '../../ui/icons';
import { Skeleton } from '../../ui/Skeleton';
import { VisuallyHidden } from '../../ui/VisuallyHidden';
import { problemText, worthRetrying } from './problems';
import { RoomRow } from './RoomRow';
import styles from './RoomsPage.module.css';

export interface RoomListProps {
  /** Those that match; null while nothing came yet. */
  readonly rooms: readonly RoomInfo[] | null;
  readonly failure: Failure | null;
  readonly query: string;
  /** The query is a name that a room may have. */
  readonly canCreate: boolean;
  readonly entering: string | null;
  readonly onEnter: (room: RoomInfo) => void;
  readonly onCopyLink: (name: string) => void;
  readonly onCreate: (name: string) => void;
  readonly onRetry: () => void;
}

const PAGE = 100;

export function RoomList({ rooms, failure, query, canCreate, entering, onEnter, onCopyLink, onCreate, onRetry }: RoomListProps) {
  const t = useText();
  const [shown, setShown] = useState(PAGE);

  if (rooms === null) return failure === null ? <Loading /> : <Problem failure={failure} onRetry={onRetry} />;

  if (rooms.length === 0) {
    return query === '' ? (
      <EmptyState
        icon={<HashIcon size={26} />} title={t('rooms-empty-title')} description={t('rooms-empty-description')}
        action={<Button variant="primary" icon={<PlusIcon size={17} />} onClick={() => { onCreate(''); }}>{t('rooms-new')}</Button>}
      />
    ) : (
      <EmptyState
        icon={<SearchIcon size={26} />} title={t('rooms-none-title', { query })}
        description={canCreate ? t('rooms-none-description') : undefined}
        action={canCreate && (
          <Button icon={<PlusIcon size={17} />} onClick={() => { onCreate(query); }}>{t('rooms-create-named', { room: query })}</Button>
        )}
      />
    );
  }

  return (
    <>
      {failure !== null && (
        <div className={styles.stale}>
          <Alert tone="warning" action={<Button size="small" onClick={onRetry}>{t('entrance-retry')}</Button>}>
            {t(problemText(failure) ?? 'rooms-error-title')}
          </Alert>
        </div>
      )}
      <ul className={styles.list} aria-label={t('rooms-list')}>
        {rooms.slice(0, shown).map((room) => (
          <RoomRow key={room.name} room={room} busy={entering === room.name} onEnter={onEnter} onCopyLink={onCopyLink} />
        ))}
      </ul>
      {rooms.length > shown && (
        <div className={styles.more}>
          <Button variant="ghost" onClick={() => { setShown(shown + PAGE); }}>{t('rooms-more')}</Button>
        </div>
      )}
    </>
  );
}

function Problem({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const t = useText();
  const { signOut } = useSessionActions();
  const id = problemText(failure);
  const signInHelps = failure.code === 'AUTH_REQUIRED' || failure.code === 'AUTH_FAILED';
  return (
    <EmptyState
      tone="problem" icon={<WifiOffIcon size={26} />} title={t('rooms-error-title')} description={id === null ? failure.message : t(id)}
      action={
        <>
          {signInHelps && <Button variant="primary" onClick={() => { void signOut(); }}>{t('rooms-sign-in')}</Button>}
          {(worthRetrying(failure) || !signInHelps) && <Button onClick={onRetry}>{t('entrance-retry')}</Button>}
        </>
      }
    />
  );
}

const WIDTHS = ['38%', '24%', '52%', '31%', '44%', '28%'];

function Loading() {
  const t = useText();
  return (
    <div className={styles.list} role="status">
      <VisuallyHidden>{t('rooms-loading')}</VisuallyHidden>
      {WIDTHS.map((width) => (
        <div key={width} className={styles.skeletonRow} aria-hidden="true">
          <Skeleton width="2.5rem" height="2.5rem" round />
          <span className={styles.skeletonText}>
            <Skeleton width={width} height="0.9rem" />
            <Skeleton width="70%" height="0.7rem" />
          </span>
        </div>
      ))}
    </div>
  );
}
