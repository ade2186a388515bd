import { alertTypes } from './alert-types.js';
import type { NotificationType } from './notification-types.js';
import { quotaTypes } from './quota-types.js';

/** What the house itself tells, and what others tell in its words. */
export const builtIn: readonly NotificationType[] = [
  {
    key: 'account.security',
    category: 'account',
    severity: 'WARNING',
    needs: [],
    text: null,
    channels: ['IN_APP', 'EMAIL'],
    mandatory: ['EMAIL'],
    ownMail: true,
  },
  {
    key: 'account.activity',
    category: 'account',
    severity: 'WARNING',
    needs: [],
    text: null,
    channels: ['IN_APP', 'EMAIL'],
    ownMail: true,
  },
  {
    key: 'admin.message',
    category: 'messages',
    severity: 'INFO',
    needs: [],
    text: null,
    channels: ['IN_APP', 'EMAIL'],
  },
  {
    key: 'system.application_installed',
    category: 'system',
    severity: 'SUCCESS',
    needs: ['application'],
    text: (messages, data) => ({
      title: messages['notification.applicationInstalled.title']({
        application: data['application']!,
      }),
      body: messages['notification.applicationInstalled.body']({
        application: data['application']!,
      }),
    }),
  },
  {
    key: 'system.update_available',
    category: 'system',
    severity: 'INFO',
    needs: ['application', 'version'],
    text: (messages, data) => ({
      title: messages['notification.updateAvailable.title']({ application: data['application']! }),
      body: messages['notification.updateAvailable.body']({
        application: data['application']!,
        version: data['version']!,
      }),
    }),
  },
  ...quotaTypes,
  ...alertTypes,
  {
    key: 'support.access_changed',
    category: 'support',
    severity: 'WARNING',
    needs: ['event'],
    // The mail is a security alert, which nobody switches off.
    channels: ['IN_APP', 'EMAIL'],
    mandatory: ['EMAIL'],
    ownMail: true,
    text: (messages, data) => {
      const told = { event: data['event']!, by: data['by'] || '–', until: data['until'] || '–' };
      return {
        title: messages['notification.supportAccess.title'](told),
        body: messages['notification.supportAccess.body'](told),
      };
    },
  },
];
