import { answerFrom } from './story-server.ts';
import type { World } from './story-server.ts';

/** What a story's server does with an operation: data, a code that it is refused with, or no answer for ever. */
type Answer = { data: object } | { refused: string } | 'waiting';

export interface Answers {
  /** By the name of the operation. */
  readonly [operation: string]: Answer;
}

interface Surroundings {
  /** Answers every operation that `answers` does not. */
  world?: World | undefined;
  answers?: Answers | undefined;
  /** Of all that is in neither; as if the network was gone, when left out. */
  otherwise?: Answer | undefined;
}

interface Asked {
  query: string;
  variables?: Record<string, unknown>;
}

/** A server in place of the network. */
export function answering({ world, answers = {}, otherwise }: Surroundings): typeof fetch {
  return async (_url, init) => {
    const { query, variables } = JSON.parse(String(init?.body)) as Asked;
    const name = /(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? '';
    const answer = answers[name] ?? (world ? undefined : otherwise);
    if (answer === 'waiting') return new Promise<Response>(() => undefined);
    if (answer) return respond('data' in answer ? answer : refusal(name, answer.refused));
    if (!world) throw new TypeError('Failed to fetch');
    return respond(await answerFrom(world, query, variables));
  };
}

const refusal = (message: string, code: string) => ({
  data: null,
  errors: [{ message, extensions: { code } }],
});

function respond(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}
