import type { Feature } from '../../kernel/feature.js';
import { Countries } from '../country/countries.js';
import { ActivityResolver, AuditResolver } from './audit.resolver.js';
import { Audits } from './audits.js';

export const audit: Feature = {
  name: 'audit',
  resolvers: [ActivityResolver, AuditResolver],
  setUp(kernel, get) {
    const audits = new Audits(kernel);
    const countries = get(Countries);
    return {
      instances: [
        audits,
        new ActivityResolver(audits, countries),
        new AuditResolver(audits, countries),
      ],
    };
  },
};
