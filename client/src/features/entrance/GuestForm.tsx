import { useSessionActions } from '../../hooks/session';
import { useText } from '../../i18n/texts_context';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/TextField';
import { FormProblem } from './FormProblem';
import { keepLastVisit } from './last_visit';
import { checkGuestName } from './rules';
import { useForm } from './use_form';
import styles from './EntrancePage.module.css';

const CODES = {
  NAME_TAKEN: { field: 'name', text: 'entrance-guest-name-taken' },
} as const;
const FIELDS = {
  name: { field: 'name', text: 'entrance-guest-name-length' },
  username: { field: 'name', text: 'entrance-guest-name-length' },
} as const;

export function GuestForm({ name, autoFocus }: { name: string; autoFocus: boolean }) {
  const t = useText();
  const actions = useSessionActions();
  const form = useForm({
    initial: { name },
    checks: { name: checkGuestName },
    codes: CODES,
    fields: FIELDS,
    send: (values) => actions.continueAsGuest(values.name),
    done: (_, values) => { keepLastVisit({ way: 'guest', name: values.name.trim() }); },
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.submit} aria-label={t('entrance-guest')}>
      <TextField
        {...form.field('name')} label={t('entrance-guest-name')} hint={t('entrance-guest-hint')} autoComplete="nickname" autoCapitalize="none"
        spellCheck={false} autoFocus={autoFocus}
      />
      <FormProblem failure={form.problem} waitMs={form.waitMs} onRetry={form.submit} />
      <Button type="submit" variant="primary" fullWidth busy={form.busy} disabled={form.waitMs > 0}>{t('entrance-guest-continue')}</Button>
    </form>
  );
}
