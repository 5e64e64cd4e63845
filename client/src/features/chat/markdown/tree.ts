/** What a message's text means: a small tree of our own, so that nothing but these few things can ever be drawn. */

export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'strong' | 'em' | 'del'; readonly children: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string }
  /** `href` has passed safeHref. */
  | { readonly type: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly type: 'break' }
  /** `name` is lower-cased and without the sign; `text` is as written. */
  | { readonly type: 'mention'; readonly name: string; readonly text: string };

export type Block =
  | { readonly type: 'paragraph' | 'heading'; readonly children: readonly Inline[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'quote'; readonly children: readonly Block[] }
  | { readonly type: 'list'; readonly start: number | null; readonly items: readonly ListItem[] };

export interface ListItem {
  /** null: not a task. */
  readonly checked: boolean | null;
  readonly children: readonly Block[];
}
