import { useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/TextField';
import { FormProblem } from './FormProblem';
import { keepLastVisit } from './last_visit';
import { checkKnownName, checkKnownPassword } from './rules';
import { useForm } from './use_form';
import styles from './EntrancePage.module.css';

const CODES = {
  AUTH_FAILED: { field: 'password', text: 'entrance-auth-failed' },
} as const;
const FIELDS = {
  username: { field: 'name', text: 'entrance-name-missing' },
  password: { field: 'password', text: 'entrance-password-missing' },
} as const;

export function SignInForm({ name, autoFocus }: { name: string; autoFocus: boolean }) {
  const t = useText();
  const actions = useSessionActions();
  const form = useForm({
    initial: { name, password: '' },
    checks: { name: checkKnownName, password: checkKnownPassword },
    codes: CODES,
    fields: FIELDS,
    send: (values) => actions.signIn(values.name, values.password),
    done: (_, values) => { keepLastVisit({ way: 'sign-in', name: values.name.trim() }); },
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.submit} aria-label={t('entrance-sign-in')}>
      <TextField
        {...form.field('name')} label={t('entrance-name')} autoComplete="username" autoCapitalize="none" spellCheck={false}
        autoFocus={autoFocus && name === ''}
      />
      <TextField
        {...form.field('password')} label={t('entrance-password')} type="password" autoComplete="current-password"
        autoFocus={autoFocus && name !== ''}
      />
      <FormProblem failure={form.problem} waitMs={form.waitMs} onRetry={form.submit} />
      <Button type="submit" variant="primary" fullWidth busy={form.busy} disabled={form.waitMs > 0}>{t('entrance-sign-in')}</Button>
    </form>
  );
}
