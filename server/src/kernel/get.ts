export type Constructor<T = object> = abstract new (...args: never[]) => T;

/** Finds what a room further down has set up; the compiler and the storey rule keep it downward. */
export type Get = <T>(room: Constructor<T>) => T;
