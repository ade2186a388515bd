import type { Messages } from '../../generated/text/messages.js';
import type { NotificationType } from './notification-types.js';

type Data = Record<string, string>;

const needs = ['host', 'value', 'threshold', 'forSeconds', 'event'];

/** Seconds in the unit that a person would take. */
function timeOf(forSeconds: number) {
  if (forSeconds === 0) return { amount: 0, unit: 'none' };
  if (forSeconds >= 3_600 && forSeconds % 3_600 === 0) {
    return { amount: forSeconds / 3_600, unit: 'hours' };
  }
  if (forSeconds >= 60 && forSeconds % 60 === 0)
    return { amount: forSeconds / 60, unit: 'minutes' };
  return { amount: forSeconds, unit: 'seconds' };
}

function alertType(metric: 'cpu' | 'memory' | 'disk' | 'load'): NotificationType {
  return {
    key: `alert.${metric}`,
    category: 'host',
    severity: 'CRITICAL',
    needs,
    channels: ['IN_APP', 'EMAIL'],
    text: (messages: Messages, data: Data) => {
      const told = {
        metric,
        host: data['host']!,
        value: Math.round(Number(data['value']) * 10) / 10,
        threshold: Number(data['threshold']),
        percent: metric === 'load' ? 'no' : 'yes',
      };
      if (data['event'] === 'back_to_normal') {
        return {
          title: messages['notification.alertBack.title'](told),
          body: messages['notification.alertBack.body'](told),
        };
      }
      const time = timeOf(Number(data['forSeconds']));
      return {
        title: messages['notification.alert.title'](told),
        body: messages['notification.alert.body']({ ...told, ...time }),
      };
    },
  };
}

/** Of rules about the machines: one that fires, and one that is well again. */
export const alertTypes = (['cpu', 'memory', 'disk', 'load'] as const).map(alertType);
