import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** protocol ← state ← runtime ← hooks ← features → ui → i18n: what each folder may not import. */
const forbidden = {
  protocol: ['state', 'runtime', 'hooks', 'features', 'ui', 'i18n'],
  state: ['runtime', 'hooks', 'features', 'ui', 'i18n'],
  runtime: ['hooks', 'features', 'ui', 'i18n'],
  hooks: ['features', 'ui', 'i18n'],
  'features/entrance': ['runtime', 'features/chat'],
  'features/chat': ['features/entrance'],
  'features/settings': ['runtime', 'features/chat', 'features/entrance'],
  ui: ['state', 'runtime', 'hooks', 'features'],
  i18n: ['state', 'runtime', 'hooks', 'features', 'ui'],
};

const forbiddenSyntax = [
  {
    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
    message: 'Make React elements instead: what people write must never be parsed as HTML.',
  },
  {
    selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]",
    message: 'Make React elements instead: what people write must never be parsed as HTML.',
  },
  { selector: "JSXOpeningElement[name.name='style']", message: 'Inline style sheets are against the Content-Security-Policy.' },
];

// runtime/navigation is a function that anybody who shows a link may call.
const mayNavigate = ['features/entrance', 'features/settings'];

function layer(folder, folders) {
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: folders.map((target) => ({
            group: target === 'runtime' && mayNavigate.includes(folder) ? ['**/runtime/**', '!**/runtime/navigation'] : [`**/${target}/**`, `**/${target}`],
            message: `src/${folder} may not import src/${target}: see the layers in eslint.config.js.`,
          })),
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'public/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
    },
  },
  ...Object.entries(forbidden).map(([folder, folders]) => layer(folder, folders)),
);
