import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';

const wrong = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** A scalar whose literals are strings and mean the same as its variables. */
function textScalar<T>(options: {
  name: string;
  description?: string;
  parse(text: string): T;
  serialize?(value: unknown): string;
}): GraphQLScalarType<T, string> {
  const parse = (value: unknown) => {
    if (typeof value !== 'string') throw wrong(`${options.name} must be a string.`);
    return options.parse(value);
  };
  return new GraphQLScalarType<T, string>({
    name: options.name,
    description: options.description,
    serialize: options.serialize ?? String,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}

/** Takes any string up to `most` characters; the use-case validates, so that refusals name the field. */
const boundedText = (name: string, most: number, description?: string) =>
  textScalar({
    name,
    description,
    parse(text) {
      if (text.length > most) throw wrong(`${name} may have at most ${most} characters.`);
      return text;
    },
  });

// RFC 3339 §5.6, with an offset, as every instant needs one.
const instant = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;

export const DateTime = textScalar<Date>({
  name: 'DateTime',
  description: 'ISO 8601 instant in UTC.',
  parse(text) {
    const date = new Date(text);
    if (!instant.test(text) || Number.isNaN(date.getTime())) {
      throw wrong('DateTime must be an instant such as 2026-11-24T09:30:00Z.');
    }
    return date;
  },
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
});

export const EmailAddress = boundedText('EmailAddress', 320);
export const UrlText = boundedText('URL', 2_048);
export const TimeZone = boundedText('TimeZone', 64, 'IANA zone, for example Europe/Rome.');

const wholeNumber = (value: unknown): number => {
  if (Number.isSafeInteger(value)) return value as number;
  throw wrong('SafeInt must be a whole number within ±(2^53 − 1).');
};

export const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'Whole number within ±(2^53 − 1); byte counts and large counts.',
  serialize: wholeNumber,
  parseValue: wholeNumber,
  parseLiteral: (node: ValueNode) =>
    wholeNumber(node.kind === Kind.INT ? Number(node.value) : undefined),
});
