/** Requests that are no HTTP, come too slowly, or have headers without end: they get a problem document before they get a route. */
import type { Socket } from 'node:net';
import { ERROR_CODES } from '@cantata/core';

const UNREADABLE: Readonly<Record<string, readonly [status: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not come in time'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers of the request are too large'],
};

export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = UNREADABLE[error.code ?? ''] ?? ['400 Bad Request', 'the request is no HTTP'];
  const code = 'request_invalid';
  const problem = {
    type: `urn:cantata:error:${code}`,
    title: ERROR_CODES[code],
    status: Number.parseInt(status, 10),
    detail,
    code,
    retryable: false,
  };
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
