import { Query, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import { SiteView } from './site.view.js';
import { Sites } from './sites.js';

@Resolver()
export class SiteResolver {
  constructor(private readonly sites: Sites) {}

  @Access({ anonymous: true, scope: 'ANY', restricted: true })
  @Query(() => SiteView, { description: 'Public facts a sign-in page needs. Needs no session.' })
  site(): Promise<SiteView> {
    return this.sites.facts();
  }
}
