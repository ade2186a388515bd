import type { Feature } from '../../kernel/feature.js';
import { SiteSchema } from './site.entity.js';
import { SiteResolver } from './site.resolver.js';
import { Sites } from './sites.js';

export const site: Feature = {
  name: 'site',
  entities: [SiteSchema],
  resolvers: [SiteResolver],
  setUp(kernel) {
    const sites = new Sites(kernel);
    return { instances: [sites, new SiteResolver(sites)] };
  },
};
