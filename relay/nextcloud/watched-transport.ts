import http from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';

/** What is known of a request on its way. */
export interface Watch {
  /** A connection to the server stands, so it may have seen the request. */
  sent: boolean;
  /** It was given up: no connection in time, or silence on it. */
  timedOut: boolean;
}

export interface WatchLimits {
  readonly connectMs: number;
  /** Longest silence on the connection, in either direction. */
  readonly idleMs: number;
}

interface Transport {
  request(options: RequestOptions, answer: (message: IncomingMessage) => void): ClientRequest;
}

/**
 * Node's own request function, which also notes when the connection stands. That tells a write that never left from a
 * write whose fate is unknown.
 */
export function watchedTransport(watch: Watch, limits: WatchLimits): Transport {
  return {
    request(options, answer) {
      const secure = options.protocol === 'https:';
      const request = secure ? https.request(options, answer) : http.request(options, answer);
      // axios would switch the socket's timer off as soon as the connection stands
      request.setTimeout = () => request;
      request.once('socket', (socket) => watchSocket(request, socket, secure, watch, limits));
      return request;
    },
  };
}

function watchSocket(
  request: ClientRequest,
  socket: Socket | TLSSocket,
  secure: boolean,
  watch: Watch,
  limits: WatchLimits,
): void {
  const giveUp = (): void => {
    watch.timedOut = true;
    request.destroy(new Error('timed out'));
  };
  socket.on('timeout', giveUp);
  socket.setTimeout(limits.idleMs);
  request.once('close', () => socket.off('timeout', giveUp));
  if (request.reusedSocket || !socket.connecting) {
    watch.sent = true;
    return;
  }
  const timer = setTimeout(giveUp, limits.connectMs);
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer);
    watch.sent = true;
  });
  request.once('close', () => clearTimeout(timer));
}
