import type { ChannelName } from '../delivery/channel.js';

const seconds = { minute: 60, hour: 3_600, day: 86_400 };

/** Four days, as a mail server would try (RFC 5321 section 4.5.4.1), and sooner at first. */
const mail = [
  ...[1, 5, 15, 30].map((minutes) => minutes * seconds.minute),
  ...Array.from({ length: 95 }, () => seconds.hour),
];
/** The schedule of Standard Webhooks. */
const webhook = [5, 300, 1_800, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * seconds.hour)];
/** Chat is for what is new: after a day it is stale. */
const chat = [10, 60, 300, 900, ...[1, 3, 6, 12].map((hours) => hours * seconds.hour)];

const pauses: Record<ChannelName, readonly number[]> = {
  EMAIL: mail,
  DISCORD: chat,
  SIGNAL: chat,
  WEBHOOK: webhook,
};

/** A provider that asks for more is not believed. */
const longestPause = seconds.day;

/**
 * When to try again after this many tries of a round.
 * @param retryAfter seconds the provider asked for
 * @param random 0 to 1: up to a fifth more, so that what failed together does not return together
 * @returns seconds; null: it was the last
 */
export function pauseAfter(
  channel: ChannelName,
  tries: number,
  retryAfter = 0,
  random = Math.random(),
): number | null {
  const pause = pauses[channel][tries - 1];
  if (pause === undefined) return null;
  return Math.max(pause * (1 + random / 5), Math.min(retryAfter, longestPause));
}
