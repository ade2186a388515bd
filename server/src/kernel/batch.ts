/**
 * Gathers what is asked within one turn of the event loop and answers it with one call: many
 * sockets that hear the same event are checked by one statement. Keeps nothing.
 */
export class Batch<Key, Value> {
  #waiting: { key: Key; resolve(value: Value): void; reject(error: unknown): void }[] = [];

  constructor(private readonly answer: (keys: readonly Key[]) => Promise<readonly Value[]>) {}

  ask(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#run());
      this.#waiting.push({ key, resolve, reject });
    });
  }

  async #run(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    try {
      const values = await this.answer(asked.map((question) => question.key));
      asked.forEach((question, index) => question.resolve(values[index] as Value));
    } catch (error) {
      for (const question of asked) question.reject(error);
    }
  }
}
