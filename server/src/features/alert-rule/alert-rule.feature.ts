import type { Feature } from '../../kernel/feature.js';
import { Activities } from '../activity/activities.js';
import { HostWatch } from '../host/host-watch.js';
import { Hosts } from '../host/hosts.js';
import { Notices } from '../notification/notices.js';
import { alertRuleCommands } from './alert-rule.commands.js';
import { AlertRuleResolver } from './alert-rule.resolver.js';
import { AlertRules } from './alert-rules.js';
import { AlertStates } from './alert-states.js';

export const alertRule: Feature = {
  name: 'alert-rule',
  commands: alertRuleCommands,
  resolvers: [AlertRuleResolver],
  setUp(kernel, get) {
    const states = new AlertStates(kernel, get(Notices));
    const rules = new AlertRules(kernel, get(Hosts), states, get(Activities));
    get(HostWatch).follow((host, sample) => states.judge(host, sample));
    return { instances: [states, rules, new AlertRuleResolver(rules)] };
  },
};
