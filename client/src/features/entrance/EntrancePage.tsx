import { useState } from 'react';
import { usePreferences, useServerConfig, useSetPreferences } from '../../hooks/session';
import { useLanguage, useRichText, useText } from '../../i18n/texts_context';
import { LANGUAGES, type LanguageTag } from '../../i18n/languages';
import type { Preferences } from '../../state/view';
import { GlobeIcon, HashIcon, MonitorIcon, MoonIcon, SunIcon } from '../../ui/icons_entrance';
import { Logo } from '../../ui/Logo';
import { Select } from '../../ui/Select';
import { Tabs } from '../../ui/Tabs';
import { GuestForm } from './GuestForm';
import { readLastVisit, type Way } from './last_visit';
import { RegisterForm } from './RegisterForm';
import { SignInForm } from './SignInForm';
import { useTitle } from './use_title';
import styles from './EntrancePage.module.css';

/** On a touch screen the focus would open the keyboard over half of the page. */
const hasFinePointer = (): boolean => window.matchMedia('(pointer: fine)').matches;

export interface EntrancePageProps {
  /** The room of the link that led here: where one arrives after signing in. */
  readonly invitedTo: string | null;
}

export default function EntrancePage({ invitedTo }: EntrancePageProps) {
  const t = useText();
  const rich = useRichText();
  const { guestAccess } = useServerConfig();
  const [last] = useState(readLastVisit);
  const [chosen, setChosen] = useState<Way | null>(null);
  const [autoFocus] = useState(hasFinePointer);
  useTitle(invitedTo === null ? t('entrance-title') : t('entrance-title-invited', { room: invitedTo }));

  // Somebody with a link most likely has no account here yet.
  const offered = last?.way ?? (invitedTo === null ? 'sign-in' : 'guest');
  const wanted = chosen ?? offered;
  const way = wanted === 'guest' && !guestAccess ? 'sign-in' : wanted;
  const name = last?.name ?? '';

  return (
    <div className={styles.page}>
      <main className={styles.main}>
        <header className={styles.head}>
          <Logo size={52} />
          <h1 className={styles.title}>{invitedTo === null ? t('entrance-welcome') : t('entrance-invited-title')}</h1>
          {invitedTo === null ? (
            <p className={styles.tagline}>{t('entrance-tagline')}</p>
          ) : (
            <p className={styles.tagline}>
              {rich('entrance-invited', {}, {
                room: <strong className={styles.room}><HashIcon size={15} /><bdi>{invitedTo}</bdi></strong>,
              })}
            </p>
          )}
        </header>
        <section className={styles.card} aria-label={t('entrance-ways')}>
          <Tabs
            label={t('entrance-ways')}
            selected={way}
            onSelect={setChosen}
            tabs={[
              { id: 'sign-in', label: t('entrance-tab-sign-in') },
              { id: 'register', label: t('entrance-tab-register') },
              ...(guestAccess ? [{ id: 'guest', label: t('entrance-tab-guest') } as const] : []),
            ]}
          >
            {way === 'sign-in' && <SignInForm name={name} autoFocus={autoFocus && chosen === null} />}
            {way === 'register' && <RegisterForm autoFocus={autoFocus && chosen === null} />}
            {way === 'guest' && <GuestForm name={name} autoFocus={autoFocus && chosen === null} />}
          </Tabs>
        </section>
        {!guestAccess && <p className={styles.footnote}>{t('entrance-accounts-only')}</p>}
      </main>
      <EntranceFooter />
    </div>
  );
}

const THEMES = ['system', 'light', 'dark'] as const;
const THEME_ICON = { system: MonitorIcon, light: SunIcon, dark: MoonIcon } as const;
const THEME_TEXT = { system: 'entrance-theme-system', light: 'entrance-theme-light', dark: 'entrance-theme-dark' } as const;

function EntranceFooter() {
  const t = useText();
  const language = useLanguage();
  const { theme } = usePreferences();
  const setPreferences = useSetPreferences();
  const ThemeIcon = THEME_ICON[theme];
  return (
    <footer className={styles.footer}>
      <Select<LanguageTag>
        quiet hideLabel label={t('entrance-language')} icon={<GlobeIcon size={16} />} value={language}
        options={LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name, lang: tag }))}
        onChange={(tag) => { setPreferences({ language: tag }); }}
      />
      <Select<Preferences['theme']>
        quiet hideLabel label={t('entrance-theme')} icon={<ThemeIcon size={16} />} value={theme}
        options={THEMES.map((each) => ({ value: each, label: t(THEME_TEXT[each]) }))}
        onChange={(chosen) => { setPreferences({ theme: chosen }); }}
      />
    </footer>
  );
}
