/** So many a call, where there are more: two calls at a time share the work between two cores. */
const usualSize = 500;
const callsAtOnce = 2;

/**
 * Gathers what is asked within one turn of the event loop and answers it with one call, of very many
 * with a few: many sockets that hear the same event are checked by one statement. Keeps nothing.
 */
export class Batch<Key, Value> {
  #waiting: Question<Key, Value>[] = [];

  constructor(
    private readonly answer: (keys: readonly Key[]) => Promise<readonly Value[]>,
    private readonly size = usualSize,
  ) {}

  ask(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#run());
      this.#waiting.push({ key, resolve, reject });
    });
  }

  async #run(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    let from = 0;
    const answerSome = async () => {
      while (from < asked.length) await this.#answer(asked.slice(from, (from += this.size)));
    };
    await Promise.all(Array.from({ length: callsAtOnce }, answerSome));
  }

  async #answer(asked: readonly Question<Key, Value>[]): Promise<void> {
    try {
      const values = await this.answer(asked.map((question) => question.key));
      asked.forEach((question, index) => question.resolve(values[index] as Value));
    } catch (error) {
      for (const question of asked) question.reject(error);
    }
  }
}

interface Question<Key, Value> {
  readonly key: Key;
  resolve(value: Value): void;
  reject(error: unknown): void;
}
