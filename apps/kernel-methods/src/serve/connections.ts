import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server, and which of them have asked something. Node's `close` waits for all
 * others as well: for a browser that connected ahead of time, or half a request that never ends.
 */
export class Connections {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #asking = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#asking.add(socket);
      response.once('close', () => this.#asking.delete(socket));
    });
  }

  /** Whether a request of each connection is being answered: then no other can come but by a new one. */
  get areAllAsking(): boolean {
    return this.#asking.size === this.#open.size;
  }

  /**
   * While the server closes: after `quietMs` closes the connections on which no request is being
   * answered, and after `mostMs` all.
   */
  closeSoon(quietMs: number, mostMs: number): { cancel(): void } {
    const quiet = setTimeout(() => {
      for (const socket of this.#open) if (!this.#asking.has(socket)) socket.destroy();
    }, quietMs);
    const all = setTimeout(() => this.#server.closeAllConnections(), mostMs);
    return {
      cancel() {
        clearTimeout(quiet);
        clearTimeout(all);
      },
    };
  }
}
