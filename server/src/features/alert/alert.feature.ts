import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { Countries } from '../country/countries.js';
import { Deliveries } from '../delivery/deliveries.js';
import { Notices } from '../notification/notices.js';
import { ActNotes, tellAlerts } from './act-notes.js';
import { Alerts } from './alerts.js';
import { Recipients } from './recipients.js';

export const alert: Feature = {
  name: 'alert',
  setUp(kernel, get) {
    const notes = new ActNotes(kernel, get(Countries), new Recipients(kernel.database));
    const alerts = new Alerts(kernel, notes, get(Deliveries), get(Notices));
    get(Activities).register(notes);
    return {
      instances: [alerts],
      jobs: [{ ...tellAlerts, run: (payload) => alerts.tell((payload as { xid: string }).xid) }],
    };
  },
};
