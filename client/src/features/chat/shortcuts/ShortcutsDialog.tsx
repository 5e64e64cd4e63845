import type { ReactElement } from 'react';
import { useText } from '../../../i18n/context';
import { Dialog } from '../../../ui/Dialog';
import { Kbd } from '../../../ui/Kbd';
import styles from './ShortcutsDialog.module.css';

const SECTIONS = [
  { title: 'chat-shortcuts-everywhere', keys: [['Mod+K', 'chat-shortcut-switch'], ['Alt+ArrowUp', 'chat-shortcut-previous'], ['Alt+ArrowDown', 'chat-shortcut-next'], ['Escape', 'chat-shortcut-read'], ['?', 'chat-shortcut-help']] },
  { title: 'chat-shortcuts-writing', keys: [['Enter', 'chat-shortcut-send'], ['Shift+Enter', 'chat-shortcut-break'], ['ArrowUp', 'chat-shortcut-edit-last'], ['Mod+B', 'chat-shortcut-bold'], ['Mod+I', 'chat-shortcut-italic'], ['@', 'chat-shortcut-mention'], [':', 'chat-shortcut-emoji']] },
  { title: 'chat-shortcuts-message', keys: [['ArrowUp', 'chat-shortcut-row-up'], ['ArrowDown', 'chat-shortcut-row-down'], ['R', 'chat-reply'], ['E', 'chat-edit'], ['C', 'chat-copy-text'], [':', 'chat-react'], ['Del', 'chat-delete']] },
] as const;

export default function ShortcutsDialog({ onClose }: { onClose: () => void }): ReactElement {
  const t = useText();
  return (
    <Dialog open onClose={onClose} title={t('chat-shortcuts')} size="large">
      <div className={styles.sections}>
        {SECTIONS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className={styles.title}>{t(title)}</h3>
            <dl className={styles.list}>
              {keys.map(([key, text]) => <div key={text} className={styles.line}><dt>{t(text)}</dt><dd><Kbd keys={key} /></dd></div>)}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
