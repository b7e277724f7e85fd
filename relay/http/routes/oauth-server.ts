import { Router } from 'express';
import type { RequestHandler, Response } from 'express';
import type { BucketOptions } from '../../access/token-bucket.ts';
import type { AuthorizationServer } from '../../signin/embedded/authorization-server.ts';
import { messagePage } from '../../web/pages/message.ts';
import type { MessageView } from '../../web/views.ts';
import { networkOf, rateLimitAddress } from '../middleware/rate-limit-address.ts';
import { sendPage } from '../send-page.ts';

export interface OAuthServerOptions {
  readonly server: Pick<AuthorizationServer, 'owns' | 'handle'>;
  /** Registrations from one address. */
  readonly registrations: BucketOptions;
  /** Authorizations of clients by metadata document from one address: each may make us fetch one. */
  readonly documents: BucketOptions;
}

/**
 * The endpoints and documents of the embedded authorization server. Stands before every body parser (it reads bodies
 * itself) and behind `proxyTrust`.
 */
export function oauthServer({ server, registrations, documents }: OAuthServerOptions): Router {
  const router = Router();
  const perRegistering = rateLimitAddress(registrations);
  const perFetching = rateLimitAddress(documents);

  const limited: RequestHandler = (request, response, next) => {
    if (request.path === '/oauth/register' && request.method === 'POST')
      perRegistering(request, response, next);
    else if (request.path === '/oauth/authorize' && namesDocument(request.query['client_id']))
      perFetching(request, response, next);
    else next();
  };

  router.use(limited, async (request, response, next) => {
    if (!server.owns(request.path)) next();
    else
      await server.handle(request, response, {
        network: networkOf(request.ip ?? ''),
        showProblem: (_request, _response, problem) => sendProblem(response, problem.error),
      });
  });
  return router;
}

function namesDocument(clientId: unknown): boolean {
  return typeof clientId !== 'string' || /^https:/i.test(clientId);
}

const AGAIN = 'Start again from your MCP client.';

/** By RFC 6749 §4.1.2.1 error code, for what must not be sent to the client. */
const WORDS: Readonly<Record<string, Omit<MessageView, 'status'>>> = {
  invalid_client: {
    title: 'Unknown client',
    text: 'The application that sent you here is not registered with this gateway, or its description cannot be read.',
    advice: 'Let it forget this server and connect anew; most clients do so by themselves.',
  },
  invalid_client_metadata: {
    title: 'Unknown client',
    text: 'The description of the application that sent you here does not fit the rules of this gateway.',
    advice: 'Tell whoever makes it.',
  },
  invalid_redirect_uri: {
    title: 'Wrong address of the client',
    text: 'The answer would go to an address that the application did not register, or that may not be used here. Nothing was sent there.',
    advice: AGAIN,
  },
  unsupported_response_mode: {
    title: 'This request cannot be answered',
    text: 'The application wants the answer in a way that is not offered here.',
    advice: 'Tell whoever makes it.',
  },
  server_error: {
    title: 'Something went wrong here',
    text: 'The gateway could not go on.',
    advice: 'Try again in a minute; if it stays so, tell whoever runs this gateway.',
  },
};

const OVER: Omit<MessageView, 'status'> = {
  title: 'This sign-in is over',
  text: 'It was finished or cancelled already, took longer than ten minutes, or its request was not complete.',
  advice: AGAIN,
};

function sendProblem(response: Response, error: string): void {
  const status = error === 'server_error' ? 500 : 400;
  sendPage(response, messagePage({ ...(WORDS[error] ?? OVER), status }));
}
