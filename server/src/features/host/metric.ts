/** What is measured: percentages from 0 to 100, load as the system tells it. */
export const metrics = ['CPU', 'MEMORY', 'DISK', 'LOAD'] as const;
export type MetricName = (typeof metrics)[number];
