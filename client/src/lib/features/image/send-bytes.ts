import { cancelled, Failure } from '../../connection/failure.ts';

export interface Sending {
  readonly url: string;
  readonly body: Blob;
  /** Access token of another site; without it the session's cookie goes along. */
  readonly bearer: string | undefined;
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  onprogress(share: number): void;
}

const codes: Record<number, string> = {
  0: 'UNREACHABLE',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'INVALID_TOKEN',
  409: 'INVALID_TOKEN',
  413: 'TOO_LARGE',
  429: 'RATE_LIMITED',
};

/** An XMLHttpRequest, since fetch does not tell how much of a body has gone. @throws Failure */
export function sendBytes({ url, body, bearer, signal, onprogress }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (code: string) => reject(new Failure(code));
    request.open('PUT', url);
    if (bearer) request.setRequestHeader('authorization', `Bearer ${bearer}`);
    else request.withCredentials = true;
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) resolve();
      else fail(codes[request.status] ?? (request.status < 500 ? 'BAD_REQUEST' : 'UNAVAILABLE'));
    };
    request.onerror = () => fail('UNREACHABLE');
    request.onabort = () => fail(cancelled);
    signal.addEventListener('abort', () => request.abort());
    if (signal.aborted) fail(cancelled);
    else request.send(body);
  });
}
