import type { Feature } from '../../kernel/feature.js';
import { Countries } from '../country/countries.js';
import { ActivityExport } from './activity-export.js';
import { auditCommands } from './audit.commands.js';
import { ActivityResolver, AuditResolver } from './audit.resolver.js';
import { Audits } from './audits.js';
import { Verifications } from './verifications.js';

export const audit: Feature = {
  name: 'audit',
  commands: auditCommands,
  resolvers: [ActivityResolver, AuditResolver],
  setUp(kernel, get) {
    const audits = new Audits(kernel);
    const countries = get(Countries);
    return {
      instances: [
        audits,
        new Verifications(kernel),
        new ActivityExport(audits, countries),
        new ActivityResolver(audits, countries),
        new AuditResolver(audits, countries),
      ],
    };
  },
};
