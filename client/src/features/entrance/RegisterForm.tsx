import { useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/TextField';
import { FormProblem } from './FormProblem';
import { keepLastVisit } from './last_visit';
import { checkAccountName, checkEmail, checkNewPassword } from './rules';
import { useForm } from './use_form';
import styles from './EntrancePage.module.css';

const CODES = {
  NAME_TAKEN: { field: 'name', text: 'entrance-name-taken' },
} as const;
const FIELDS = {
  username: { field: 'name', text: 'entrance-name-length' },
  email: { field: 'email', text: 'entrance-email-wrong' },
  password: { field: 'password', text: 'entrance-password-short' },
} as const;

export function RegisterForm({ autoFocus }: { autoFocus: boolean }) {
  const t = useText();
  const actions = useSessionActions();
  const form = useForm({
    initial: { name: '', email: '', password: '' },
    checks: { name: checkAccountName, email: checkEmail, password: checkNewPassword },
    codes: CODES,
    fields: FIELDS,
    send: (values) => actions.register({ username: values.name, email: values.email, password: values.password }),
    done: (_, values) => { keepLastVisit({ way: 'register', name: values.name.trim() }); },
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.submit} aria-label={t('entrance-register')}>
      <TextField
        {...form.field('name')} label={t('entrance-name')} hint={t('entrance-name-hint')} autoComplete="username" autoCapitalize="none"
        spellCheck={false} autoFocus={autoFocus}
      />
      <TextField
        {...form.field('email')} label={t('entrance-email')} note={t('entrance-optional')} type="email" inputMode="email" autoComplete="email"
        autoCapitalize="none" spellCheck={false}
      />
      <TextField
        {...form.field('password')} label={t('entrance-password')} hint={t('entrance-password-hint')} type="password" autoComplete="new-password"
      />
      <FormProblem failure={form.problem} waitMs={form.waitMs} onRetry={form.submit} />
      <Button type="submit" variant="primary" fullWidth busy={form.busy} disabled={form.waitMs > 0}>{t('entrance-register')}</Button>
    </form>
  );
}
