/** What the forms of the entrance have in common: values, checks when sent, and what the server said to it. */

import { useCallback, useRef, useState, type FormEvent, type RefCallback } from 'react';
import type { Failure, Result } from '../../protocol/types';
import { useText } from '../../i18n/texts_context';
import { place, type CodeTexts, type FieldTexts } from './problems';
import { useCountdown } from './use_countdown';

export interface FormOptions<F extends string, T> {
  readonly initial: Readonly<Record<F, string>>;
  /** Ids of the texts that say what is wrong. */
  readonly checks: Readonly<Partial<Record<F, (value: string) => string | null>>>;
  readonly codes: CodeTexts<F>;
  readonly fields: FieldTexts<F>;
  readonly send: (values: Readonly<Record<F, string>>) => Promise<Result<T>>;
  readonly done: (value: T, values: Readonly<Record<F, string>>) => void;
}

export interface FieldProps {
  readonly name: string;
  readonly value: string;
  readonly error: string | null;
  readonly ref: RefCallback<HTMLInputElement | HTMLTextAreaElement>;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
}

/** Ids of the texts for what the server did not like. */
type Refused<F extends string> = Readonly<Partial<Record<F, string | undefined>>>;

export interface Form<F extends string> {
  readonly values: Readonly<Record<F, string>>;
  readonly set: (field: F, value: string) => void;
  /** Spread it into a TextField or TextArea. */
  readonly field: (field: F) => FieldProps;
  readonly busy: boolean;
  /** What belongs to no field; null while there is nothing. */
  readonly problem: Failure | null;
  /** Milliseconds until the server takes another try. */
  readonly waitMs: number;
  readonly submit: (event?: FormEvent) => void;
}

export function useForm<F extends string, T>(options: FormOptions<F, T>): Form<F> {
  const { initial, checks, codes, fields, send, done } = options;
  const t = useText();
  const names = Object.keys(initial) as F[];
  const [values, setValues] = useState(initial);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Failure | null>(null);
  const [refused, setRefused] = useState<Refused<F>>({} as Refused<F>);
  const [blockedUntil, setBlockedUntil] = useState<number | null>(null);
  const waitMs = useCountdown(blockedUntil);
  const elements = useRef(new Map<F, HTMLElement>());

  const errorOf = (field: F): string | null => {
    const id = refused[field] ?? (tried ? checks[field]?.(values[field]) : null);
    return id === null || id === undefined ? null : t(id);
  };
  const focus = (field: F | undefined): void => {
    if (field !== undefined) elements.current.get(field)?.focus();
  };
  const set = useCallback((field: F, value: string) => {
    setValues((before) => ({ ...before, [field]: value }));
    // What the server said was about what stood there before.
    setRefused((before) => ({ ...before, [field]: undefined }));
  }, []);

  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setRefused({} as Refused<F>);
    const result = await send(values);
    setBusy(false);
    if (result.ok) {
      done(result.value, values);
      return;
    }
    const { failure } = result;
    const placed = place(failure, codes, fields);
    if (placed !== null) {
      setRefused({ [placed.field]: placed.text } as Refused<F>);
      focus(placed.field);
      return;
    }
    setProblem(failure);
    if (failure.code === 'RATE_LIMITED') setBlockedUntil(Date.now() + (failure.retryAfterMs ?? 5000));
  };

  return {
    values,
    set,
    field: (field) => ({
      name: field,
      value: values[field],
      error: errorOf(field),
      ref: (element) => {
        if (element === null) elements.current.delete(field);
        else elements.current.set(field, element);
      },
      onChange: (event) => { set(field, event.target.value); },
    }),
    busy,
    problem: problem?.code === 'RATE_LIMITED' && waitMs === 0 ? null : problem,
    waitMs,
    submit: (event) => {
      event?.preventDefault();
      if (busy || waitMs > 0) return;
      setTried(true);
      const wrong = names.find((name) => (checks[name]?.(values[name]) ?? null) !== null);
      if (wrong === undefined) void run();
      else focus(wrong);
    },
  };
}
