import { FieldResolver, registerEnumType, Resolver, Root } from 'type-graphql';
import { SecurityView } from '../account/account.view.js';
import { recommendations, Recommendations } from './recommendations.js';
import type { Recommendation } from './recommendations.js';

const SecurityRecommendationEnum = Object.fromEntries(recommendations.map((each) => [each, each]));
registerEnumType(SecurityRecommendationEnum, { name: 'SecurityRecommendation' });

@Resolver(() => SecurityView)
export class RecommendationResolver {
  constructor(private readonly useCases: Recommendations) {}

  @FieldResolver(() => [SecurityRecommendationEnum], {
    description: 'What to do next, most valuable first; empty when nothing is left.',
  })
  recommendations(@Root() security: SecurityView): Promise<Recommendation[]> {
    return this.useCases.of(security.accountId);
  }
}
