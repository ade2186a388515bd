import type { Messages } from './lib/text/generated/messages.d.ts';
import type { Language, Part } from './lib/text/text.svelte.ts';
import type { Theme } from './routes/preferences.ts';

declare global {
  interface Window {
    /** What somebody pressed before the page was awake (app.html). */
    pressedEarly?: HTMLButtonElement;
  }
  namespace App {
    interface Locals {
      locale: Language;
      theme: Theme;
      /** Raw Set-Cookie values of GraphQL answers, which go out with the page. */
      cookies: string[];
    }
    interface Error {
      status: number;
      message: string;
      requestId?: string;
    }
    interface PageData {
      locale: Language;
      theme: Theme;
      messages: Partial<Messages>;
      part: Part;
      timeZone?: string;
      /** Title of a page about one thing, such as somebody's name. */
      heading?: string;
    }
  }
}

declare module 'node:http' {
  interface IncomingMessage {
    /** Of the request, as it stands in the log. */
    id?: string;
    /** GraphQL without leaving the process; the server that serves the built pages attaches it. */
    graphql?: (request: Request) => Promise<Response>;
    /** Origins beside our own that a sign-in may lead back to. */
    allowedOrigins?: readonly string[];
  }
}
