import { Router, urlencoded } from 'express';
import type { Request } from 'express';
import type { Catalogue } from '../../mcp/catalogue.ts';
import { searchTools, toolsetCounts } from '../../mcp/tool-search.ts';
import type { Tool } from '../../tools/tool.ts';
import type { BrowserSession } from '../../store/sessions.ts';
import { argumentFields, FIELD, readArguments } from '../../web/argument-fields.ts';
import { contractStatus } from '../../web/contract-status.ts';
import { foreignForm, statusPage } from '../../web/pages/message.ts';
import { toolPage } from '../../web/pages/tool.ts';
import type { FilledForm, TrialView } from '../../web/pages/tool.ts';
import { toolsPage } from '../../web/pages/tools.ts';
import type { FoundTools } from '../../web/pages/tools.ts';
import type { Page } from '../../web/page.ts';
import { servedTools } from '../../web/served-tools.ts';
import type { ServedTool } from '../../web/served-tools.ts';
import type { TryTool } from '../../web/tool-trial.ts';
import type { BrowserSessions } from '../browser-session.ts';
import { sendPage } from '../send-page.ts';
import type { LoginLinks } from './account.ts';

export interface ToolsExplorerOptions {
  readonly catalogue: Catalogue;
  /** Undefined: a single user is served, and nobody signs in. */
  readonly sessions: BrowserSessions | undefined;
  readonly logins: LoginLinks | undefined;
  /**
   * Undefined: nothing can be tried here. For a single user give it only where nobody else gets in (loopback, no
   * token), and behind the check of the Origin header, which stands for the form's token then.
   */
  readonly tryTool: TryTool | undefined;
}

const PER_PAGE = 45;
/** Of a form with arguments. */
const LONGEST_FORM = '100kb';

/** `/tools`, the catalogue, and `/tools/<name>`, where reading tools can be tried. Works without script. */
export function toolsExplorer(options: ToolsExplorerOptions): Router {
  const { sessions, logins, tryTool } = options;
  const served = servedTools(options.catalogue);
  const router = Router();

  async function trialFor(tool: Tool, request: Request): Promise<TrialView> {
    if (tool.effect !== 'read') {
      return { kind: 'none', why: 'It changes data, so it is not tried here. Ask your assistant.' };
    }
    if (tryTool === undefined) {
      return { kind: 'none', why: 'Tools cannot be tried on this page of this gateway.' };
    }
    if (sessions === undefined) return { kind: 'form', csrf: '', filled: undefined };
    const session = signedIn(await sessions.of(request));
    if (session !== undefined) return { kind: 'form', csrf: session.csrfToken, filled: undefined };
    return logins === undefined
      ? { kind: 'none', why: 'Nobody can sign in here, so tools cannot be tried.' }
      : { kind: 'sign-in', href: `/tools/${tool.name}?sign-in` };
  }

  const pageOf = ({ tool, releases }: ServedTool, trial: TrialView): Page =>
    toolPage({
      tool,
      releases: releases.map((release) => ({
        release,
        contract: contractStatus(release, tool.name),
      })),
      answerSchema: served().answerSchema(tool.name),
      trial,
    });

  router.get('/tools', (request, response) => {
    const tools = [...served().all.values()].map(({ tool }) => tool);
    const query = textOf(request.query.q).slice(0, 200);
    const toolset = textOf(request.query.toolset).slice(0, 100) || undefined;
    const found =
      query.trim() === '' && toolset === undefined
        ? undefined
        : foundTools(searchTools(tools, query, toolset), textOf(request.query.page));
    sendPage(response, toolsPage({ query, toolset, toolsets: toolsetCounts(tools), found }));
  });

  router.get('/tools/:name', async (request, response) => {
    const found = served().all.get(request.params.name);
    if (found !== undefined && logins !== undefined && request.query['sign-in'] !== undefined) {
      response.redirect(303, await logins.url({ returnTo: `/tools/${found.tool.name}` }));
      return;
    }
    sendPage(
      response,
      found === undefined ? noSuchTool() : pageOf(found, await trialFor(found.tool, request)),
    );
  });

  router.post(
    '/tools/:name',
    urlencoded({ extended: false, limit: LONGEST_FORM }),
    async (request, response) => {
      const found = served().all.get(request.params.name);
      if (found === undefined) {
        sendPage(response, noSuchTool());
        return;
      }
      const session = sessions && signedIn(await sessions.ofForm(request));
      if (sessions !== undefined && session === undefined) {
        sendPage(response, foreignForm(`/tools/${found.tool.name}`));
        return;
      }
      const trial = await trialFor(found.tool, request);
      if (trial.kind !== 'form' || tryTool === undefined) {
        sendPage(response, statusPage(403, 'This tool is not tried here.'));
        return;
      }
      const leaving = new AbortController();
      response.on('close', () => {
        leaving.abort();
      });
      const filled = await tried(found.tool, request, (args) =>
        tryTool(session, found.tool.name, args, leaving.signal),
      );
      sendPage(response, pageOf(found, { ...trial, filled }));
    },
  );
  return router;
}

async function tried(
  tool: Tool,
  request: Request,
  call: (
    args: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly ok: boolean; readonly answer: unknown }>,
): Promise<FilledForm> {
  const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  const fields = argumentFields(tool.inputSchema);
  const values = Object.fromEntries(
    fields.map(({ name }) => [name, textOf(body[`${FIELD}${name}`])]),
  );
  const read = readArguments(fields, body);
  if ('notJson' in read) return { values, outcome: { kind: 'not-json', field: read.notJson } };
  return { values, outcome: { kind: 'answer', ...(await call(read.args)) } };
}

function foundTools(tools: readonly Tool[], wanted: string): FoundTools {
  const pages = Math.max(1, Math.ceil(tools.length / PER_PAGE));
  const page = Math.min(pages, Math.max(1, Math.floor(Number(wanted)) || 1));
  const from = (page - 1) * PER_PAGE;
  return { tools: tools.slice(from, from + PER_PAGE), total: tools.length, page, pages };
}

function noSuchTool(): Page {
  return statusPage(404, 'No tool of this gateway has this name.');
}

function signedIn(session: BrowserSession | undefined): BrowserSession | undefined {
  return session?.principal === undefined ? undefined : session;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
