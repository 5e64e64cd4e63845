import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useText } from '../i18n/texts_context';
import { Button } from '../ui/Button';
import styles from './ErrorBoundary.module.css';

interface State {
  readonly error: unknown;
}

/** A page instead of an empty window when a component throws or a chunk cannot be loaded. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    // Nobody else gets to know of it: there is no server of ours that collects crashes.
    // eslint-disable-next-line no-console
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <CrashPage error={this.state.error} />;
  }
}

function CrashPage({ error }: { error: unknown }) {
  const t = useText();
  // Each browser has its own words for a module that could not be fetched.
  const chunk = error instanceof Error && /dynamically imported module|importing a module script|module script failed|preload/i.test(error.message);
  return (
    <main className={styles.page}>
      <h1 className={styles.title}>{t(chunk ? 'app-chunk-title' : 'app-crash-title')}</h1>
      <p className={styles.text}>{t(chunk ? 'app-chunk-description' : 'app-crash-description')}</p>
      <Button variant="primary" onClick={() => { window.location.reload(); }}>{t('app-crash-reload')}</Button>
    </main>
  );
}
