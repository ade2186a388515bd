import type { Preview } from '@storybook/sveltekit';
import '../src/lib/theme/theme.css';
import '../src/lib/theme/page.css';
import StoryFrame from './StoryFrame.svelte';

const preview: Preview = {
  parameters: {
    layout: 'fullscreen',
    a11y: {
      test: 'error',
      options: {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      },
      // A story is no page: it has no landmarks and no h1 of its own.
      config: {
        rules: ['region', 'page-has-heading-one', 'landmark-one-main'].map((id) => ({
          id,
          enabled: false,
        })),
      },
    },
  },
  initialGlobals: { theme: 'light', locale: 'en', direction: 'ltr' },
  globalTypes: {
    theme: {
      description: 'Theme',
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        items: ['light', 'dark', 'system'],
        dynamicTitle: true,
      },
    },
    locale: {
      description: 'Language',
      toolbar: { title: 'Language', icon: 'globe', items: ['en', 'it'], dynamicTitle: true },
    },
    direction: {
      description: 'Direction',
      toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true },
    },
  },
  decorators: [
    (_story, { globals, parameters }) =>
      ({
        Component: StoryFrame,
        props: {
          theme: globals['theme'],
          locale: globals['locale'],
          direction: globals['direction'],
          padded: parameters['padded'] !== false,
        },
      }) as never,
  ],
};

export default preview;
