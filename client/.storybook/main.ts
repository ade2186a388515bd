import type { StorybookConfig } from '@storybook/sveltekit';

const config: StorybookConfig = {
  framework: '@storybook/sveltekit',
  stories: ['../src/**/*.stories.svelte'],
  addons: ['@storybook/addon-svelte-csf', '@storybook/addon-a11y'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Which files share what is a question of pages, and stories have none.
  viteFinal: (vite) => ({
    ...vite,
    plugins: vite.plugins?.filter(
      (plugin) => !(plugin && 'name' in plugin && plugin.name === 'gatehouse-shared-files'),
    ),
  }),
};

export default config;
