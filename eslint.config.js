import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Node's part of the tree is linted with types (floating promises lose errors there). The client is not: svelte-check
// reads its types already, and typed rules over .svelte files would triple the time.
const typed = ['*.ts', 'scripts/**/*.ts', 'server/**/*.ts'];

const sizes = (max) => ({
  'max-lines': ['error', { max, skipBlankLines: false, skipComments: false }],
});

export default defineConfig(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/build/',
      '**/generated/',
      '**/.svelte-kit/',
      '**/storybook-static/',
      'data/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  {
    files: typed,
    extends: [...tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An interface that promises a promise is kept by methods that need not wait.
      '@typescript-eslint/require-await': 'off',
      // Descriptors are objects of functions that never use `this`, which their types cannot say.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    rules: {
      ...sizes(300),
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
    },
  },
  {
    files: ['server/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.contract.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='fork'][callee.object.property.name='em']",
          message:
            'A fork does not join an outer transaction: only kernel/database/database.ts forks.',
        },
      ],
    },
  },
  {
    files: ['server/src/main.ts', 'server/src/cli.ts', 'server/src/transport/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['server/src/config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['server/src/kernel/database/database.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['server/src/app.ts'],
    rules: sizes(150),
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...svelte.configs.recommended,
  {
    files: ['client/**/*.{ts,js,svelte}'],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // resolve() is $app/paths, which the published library must not know; there is no base path either.
      'svelte/no-navigation-without-resolve': 'off',
      // Takes the words that explain an ignored warning for codes; the compiler names unknown codes itself.
      'svelte/no-unused-svelte-ignore': 'off',
      // Cannot tell a Set that lives for one call from state.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['client/**/*.svelte', 'client/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['client/**/*.svelte'],
    rules: sizes(150),
  },
);
