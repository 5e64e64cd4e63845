/** One connection to the server over Socket.IO. It tries once when it is told to; when and how often is decided by the
 *  connection state machine, so the library's own reconnection is off. */

import { io, type Socket } from 'socket.io-client';
import { SERVER_EVENTS, parseServerEvent, type ServerEvent } from '../protocol/events';
import { fields, parseFailure } from '../protocol/parse';
import { failed, ok, type Failure, type Result } from '../protocol/types';

export interface Transport {
  /** Begins one try; an earlier connection or try is given up without a word. */
  readonly open: () => void;
  readonly close: () => void;
  /** Sends and waits for the acknowledgement. NETWORK when none came in time or the connection ended. */
  readonly request: (event: string, payload: unknown, timeoutMs?: number) => Promise<Result<unknown>>;
  /** Sends without waiting; dropped when there is no connection. */
  readonly tell: (event: string, payload: unknown) => void;
}

export interface TransportHandler {
  readonly opened: () => void;
  readonly failed: () => void;
  /** The server does not accept the token, or no guests. */
  readonly refused: (failure: Failure) => void;
  readonly lost: () => void;
  readonly event: (event: ServerEvent) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ACK_TIMEOUT_MS = 10_000;
const NETWORK: Failure = { code: 'NETWORK', message: 'No answer came from the server.', field: null, retryAfterMs: null };

export type TransportFactory = (token: string | null, handler: TransportHandler) => Transport;

export const createTransport: TransportFactory = (token, handler) => {
  let socket: Socket | null = null;

  function drop(): void {
    const old = socket;
    socket = null;
    old?.removeAllListeners();
    old?.disconnect();
  }

  function open(): void {
    drop();
    const mine = io({
      auth: token === null ? {} : { token },
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_TIMEOUT_MS,
      // WebSocket at once; where something between swallows it, long-polling.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
    });
    socket = mine;
    mine.on('connect', () => {
      if (socket === mine) handler.opened();
    });
    mine.on('connect_error', (error: Error & { data?: unknown }) => {
      if (socket !== mine) return;
      drop();
      const code = fields(error.data)?.code;
      if (code === 'AUTH_FAILED' || code === 'AUTH_REQUIRED') handler.refused(parseFailure(error.message, error.data));
      else handler.failed();
    });
    mine.on('disconnect', () => {
      if (socket !== mine) return;
      drop();
      handler.lost();
    });
    for (const name of SERVER_EVENTS) {
      mine.on(name, (payload: unknown) => {
        if (socket !== mine) return;
        const event = parseServerEvent(name, payload);
        if (event !== null) handler.event(event);
      });
    }
  }

  return {
    open,
    close: drop,
    tell: (event, payload) => {
      if (socket?.connected === true) socket.emit(event, payload);
    },
    request: (event, payload, timeoutMs = ACK_TIMEOUT_MS) => new Promise((resolve) => {
      const mine = socket;
      if (mine?.connected !== true) {
        resolve(failed(NETWORK));
        return;
      }
      mine.timeout(timeoutMs).emit(event, payload, (timeout: unknown, error: unknown, result: unknown) => {
        if (timeout !== null) resolve(failed(NETWORK));
        else if (error !== null && error !== undefined) resolve(failed(parseFailure(error, result)));
        else resolve(ok(result));
      });
    }),
  };
};
