import { useEffect, useState, type ReactNode } from 'react';
import { useIdentity, usePreferences, useSessionActions, useSetPreferences } from '../../hooks/session';
import { useFormat, useText } from '../../i18n/context';
import { chooseLanguage, LANGUAGES } from '../../i18n/languages';
import { nameOf, type Identity } from '../../state/view';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { BellIcon, GlobeIcon, LogoutIcon, MonitorIcon, MoonIcon, SunIcon, VolumeIcon } from '../../ui/icons';
import { SegmentedControl } from '../../ui/SegmentedControl';
import { Select } from '../../ui/Select';
import { Switch } from '../../ui/Switch';
import { askForNotifications, notificationPermission } from './permission';
import styles from './SettingsDialog.module.css';

const BROWSER = 'browser';

export default function SettingsDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const identity = useIdentity();
  return (
    <Dialog open onClose={onClose} title={t('settings-title')} size="medium">
      <div className={styles.sections}>
        {identity !== null && (
          <Section title={t('settings-account')}><Account identity={identity} onClose={onClose} /></Section>
        )}
        <Section title={t('settings-appearance')}><Appearance /></Section>
        <Section title={t('settings-notifications')}><Notifications /></Section>
      </div>
    </Dialog>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}

function Account({ identity, onClose }: { identity: Identity; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const { signOut } = useSessionActions();
  const guest = identity.kind === 'guest';
  const details = guest
    ? [t('settings-guest-hint')]
    : [identity.user.email, identity.user.createdAt === null ? null : t('settings-member-since', { date: format.date(identity.user.createdAt) })];
  return (
    <div className={styles.account}>
      <Avatar name={nameOf(identity)} image={guest ? null : identity.user.avatar} size={40} />
      <div className={styles.who}>
        <bdi className={styles.name}>{nameOf(identity)}</bdi>
        {details.map((detail) => detail !== null && <span key={detail} className={styles.detail}>{detail}</span>)}
      </div>
      <Button
        size="small" icon={<LogoutIcon size={16} />}
        onClick={() => {
          onClose();
          void signOut();
        }}
      >
        {t(guest ? 'settings-leave-guest' : 'settings-sign-out')}
      </Button>
    </div>
  );
}

function Appearance() {
  const t = useText();
  const { theme, language } = usePreferences();
  const setPreferences = useSetPreferences();
  const ofBrowser = LANGUAGES.find(({ tag }) => tag === chooseLanguage(null, navigator.languages));
  return (
    <>
      <SegmentedControl
        label={t('entrance-theme')} value={theme} onChange={(chosen) => { setPreferences({ theme: chosen }); }}
        options={[
          { value: 'system', label: t('entrance-theme-system'), icon: <MonitorIcon size={16} /> },
          { value: 'light', label: t('entrance-theme-light'), icon: <SunIcon size={16} /> },
          { value: 'dark', label: t('entrance-theme-dark'), icon: <MoonIcon size={16} /> },
        ]}
      />
      <Select<string>
        label={t('entrance-language')} icon={<GlobeIcon size={16} />} value={language ?? BROWSER}
        options={[
          { value: BROWSER, label: t('settings-language-system', { language: ofBrowser?.name ?? '' }) },
          ...LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name, lang: tag })),
        ]}
        onChange={(chosen) => { setPreferences({ language: chosen === BROWSER ? null : chosen }); }}
      />
    </>
  );
}

const WHY_NOT = {
  denied: 'settings-desktop-denied',
  insecure: 'settings-desktop-insecure',
  unsupported: 'settings-desktop-unsupported',
} as const;

function Notifications() {
  const t = useText();
  const { notifications, sounds } = usePreferences();
  const setPreferences = useSetPreferences();
  const [permission, setPermission] = useState(notificationPermission);

  // Whoever changed it in the browser's settings comes back to this page.
  useEffect(() => {
    const look = (): void => { setPermission(notificationPermission()); };
    window.addEventListener('focus', look);
    return () => { window.removeEventListener('focus', look); };
  }, []);

  const possible = permission === 'granted' || permission === 'ask';
  const switchDesktop = async (on: boolean): Promise<void> => {
    if (!on) {
      setPreferences({ notifications: false });
      return;
    }
    const answer = await askForNotifications();
    setPermission(answer);
    setPreferences({ notifications: answer === 'granted' });
  };

  return (
    <>
      <Switch
        label={t('settings-desktop')} icon={<BellIcon />} disabled={!possible} checked={notifications && permission === 'granted'}
        description={t(permission === 'granted' || permission === 'ask' ? 'settings-desktop-hint' : WHY_NOT[permission])}
        onChange={(on) => { void switchDesktop(on); }}
      />
      <Switch
        label={t('settings-sounds')} icon={<VolumeIcon />} description={t('settings-sounds-hint')} checked={sounds}
        onChange={(on) => { setPreferences({ sounds: on }); }}
      />
    </>
  );
}
