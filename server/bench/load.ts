/** A process that asks as fast as it is answered, over so many connections at once. */
import { Agent, request } from 'node:http';
import { answers } from './answers.js';

export interface Call {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Load {
  readonly port: number;
  readonly path: string;
  /** What each connection asks, in turn, over and over. */
  readonly connections: readonly (readonly Call[])[];
  readonly seconds: number;
  /** Every answer must be 200 and hold this. */
  readonly expect: string;
}

export interface Measured {
  readonly perSecond: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

async function run(load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections.length });
  const times: number[] = [];
  const begun = performance.now();
  const end = begun + load.seconds * 1_000;
  await Promise.all(
    load.connections.map(async (calls) => {
      for (let turn = 0; performance.now() < end; turn++) {
        const asked = performance.now();
        await ask(load, calls[turn % calls.length]!, agent);
        times.push(performance.now() - asked);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? 0;
  return {
    perSecond: times.length / seconds,
    requests: times.length,
    p50: at(0.5),
    p99: at(0.99),
  };
}

function ask({ port, path, expect }: Load, { headers, body }: Call, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const options = { host: '127.0.0.1', port, path, agent, method: 'POST' };
    request({ ...options, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200 && text.includes(expect)) resolve();
        else reject(new Error(`${path} answered ${response.statusCode} ${text.slice(0, 300)}`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}

answers({ run });
