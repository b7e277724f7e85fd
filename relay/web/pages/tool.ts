import type { JsonSchema } from '../../../openapi/index.ts';
import { annotationsOf } from '../../mcp/registry.ts';
import type { Tool } from '../../tools/tool.ts';
import { argumentFields, FIELD } from '../argument-fields.ts';
import type { ArgumentField } from '../argument-fields.ts';
import type { ContractStatus } from '../contract-status.ts';
import { escape } from '../escape.ts';
import { form } from '../form.ts';
import { markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import type { Page } from '../page.ts';
import { scopeWords } from '../scope-words.ts';
import { effectTag } from './tags.ts';
import { toolsetTitle } from './tools.ts';

export interface ToolView {
  readonly tool: Tool;
  readonly releases: readonly { readonly release: string; readonly contract: ContractStatus }[];
  readonly answerSchema: JsonSchema | undefined;
  readonly trial: TrialView;
}

export type TrialView =
  | { readonly kind: 'form'; readonly csrf: string; readonly filled: FilledForm | undefined }
  /** There are people here, and nobody is signed in at this browser. */
  | { readonly kind: 'sign-in'; readonly href: string }
  /** It writes, or nothing can be tried here. */
  | { readonly kind: 'none'; readonly why: string };

export interface FilledForm {
  /** As posted, by argument. */
  readonly values: Readonly<Record<string, string>>;
  readonly outcome:
    | { readonly kind: 'answer'; readonly ok: boolean; readonly answer: unknown }
    | { readonly kind: 'not-json'; readonly field: string };
}

/** Characters of a schema or an answer, as written in the page: it stays light, and nobody reads more than that. */
const SHOWN = 8_000;

/** One tool: what it does, needs and gives, how far it is proven, and a form to try it when it only reads. */
export function toolPage(view: ToolView): Page {
  const { tool, answerSchema } = view;
  const body = markup`<p><code>${tool.name}</code></p>
<p class="lead">${tool.description}</p>
<p class="tags">${effectTag(tool.effect)}<a class="tag" href="/tools?toolset=${encodeURIComponent(tool.toolset)}">${toolsetTitle(tool.toolset)}</a></p>
<section class="card" aria-labelledby="needs"><h2 id="needs">Needs</h2>${needs(view)}</section>
${trial(view)}
<section class="card" aria-labelledby="input"><h2 id="input">Arguments</h2>${json(tool.inputSchema, 'input schema')}</section>
<section class="card" aria-labelledby="output"><h2 id="output">Answer</h2>${answerSchema === undefined ? markup`<p>It is put together from several requests, so no document describes it. Try it to see.</p>` : markup`<p class="soft">As Nextcloud describes it; fields that are empty may be left out.</p>${json(answerSchema, 'answer schema')}`}</section>
<p><a href="/tools">All tools</a></p>`;
  return { title: tool.title, body, width: 'wide', section: 'tools' };
}

function hints(tool: Tool): string {
  const { idempotentHint, openWorldHint, readOnlyHint, destructiveHint } = annotationsOf(tool);
  const names = [
    ...(readOnlyHint ? ['read-only'] : []),
    ...(destructiveHint ? ['destructive'] : []),
    ...(idempotentHint ? ['idempotent'] : []),
    ...(openWorldHint ? ['open world'] : []),
  ];
  return names.length === 0 ? 'none' : names.join(', ');
}

function needs({ tool, releases }: ToolView): Html {
  const scopes = tool.scopes.map(
    (scope) => markup`<li><code>${scope}</code> ${scopeWords(scope).sentence}</li>`,
  );
  const rows = releases.map(
    ({ release, contract }) =>
      markup`<tr><td>Nextcloud ${release}</td><td>${contractText(contract)}</td></tr>`,
  );
  return markup`<dl class="facts"><dt>Scopes</dt><dd>${scopes.length === 0 ? 'none' : markup`<ul class="plain">${scopes}</ul>`}</dd><dt>App</dt><dd>${tool.app ?? 'none'}</dd><dt>Hints</dt><dd>${hints(tool)}</dd></dl><div class="scroll"><table><thead><tr><th scope="col">Exists in</th><th scope="col">Proven</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function contractText(contract: ContractStatus): Html {
  switch (contract.kind) {
    case 'recorded':
      return markup`<span class="tag reads">recorded</span> on a real server`;
    case 'refused-only':
      return markup`<span class="tag writes">refusal recorded</span> on a real server, which said no`;
    case 'unrecorded':
      return markup`<span class="tag">not recorded</span> ${contract.reason ?? ''}`;
  }
}

function trial({ tool, trial: view }: ToolView): Html {
  const inside = ((): Html => {
    switch (view.kind) {
      case 'none':
        return markup`<p>${view.why}</p>`;
      case 'sign-in':
        return markup`<p>Sign in to call it with your own account.</p><p><a class="button primary" href="${view.href}">Sign in</a></p>`;
      case 'form':
        return trialForm(tool, view.csrf, view.filled);
    }
  })();
  return markup`<section class="card" aria-labelledby="try"><h2 id="try">Try it</h2>${inside}</section>`;
}

function trialForm(tool: Tool, csrf: string, filled: FilledForm | undefined): Html {
  const fields = argumentFields(tool.inputSchema).map((field) =>
    fieldOf(field, filled?.values[field.name] ?? '', filled?.outcome),
  );
  const action = `/tools/${encodeURIComponent(tool.name)}#result`;
  const inside = markup`${fields}<button class="primary">Call it</button>`;
  return markup`<p class="soft">It only reads. The answer is your own data, shown to you alone.</p>${form({ action, csrf }, inside)}${filled === undefined ? markup`` : result(filled)}`;
}

function fieldOf(
  { name, required, description, kind }: ArgumentField,
  value: string,
  outcome: FilledForm['outcome'] | undefined,
): Html {
  const id = `field-${name}`;
  const wrong = outcome?.kind === 'not-json' && outcome.field === name;
  const start = markup`id="${id}" name="${FIELD}${name}" aria-describedby="${id}-hint"${required && kind.is !== 'text' ? markup` required` : markup``}${wrong ? markup` aria-invalid="true"` : markup``}`;
  const input = ((): Html => {
    switch (kind.is) {
      case 'choice':
        return select(start, kind.choices, value);
      case 'yes or no':
        return select(start, ['true', 'false'], value);
      case 'json':
        return markup`<textarea ${start} spellcheck="false">${value}</textarea>`;
      case 'number':
      case 'whole number':
        return markup`<input type="number"${kind.is === 'number' ? markup` step="any"` : markup``} ${start} value="${value}">`;
      case 'text':
        return markup`<input type="text" ${start} value="${value}">`;
    }
  })();
  const type = kind.is === 'json' ? ' As JSON.' : '';
  const problem = wrong ? markup`<strong>This is no JSON.</strong> ` : markup``;
  return markup`<div class="field"><label for="${id}">${name}${required ? ' (required)' : ''}</label><span class="soft" id="${id}-hint">${problem}${description ?? ''}${type}</span>${input}</div>`;
}

function select(start: Html, choices: readonly string[], value: string): Html {
  const options = choices.map(
    (choice) =>
      markup`<option value="${choice}"${choice === value ? markup` selected` : markup``}>${choice}</option>`,
  );
  return markup`<select ${start}><option value="">not given</option>${options}</select>`;
}

function result({ outcome }: FilledForm): Html {
  if (outcome.kind === 'not-json') {
    return markup`<div class="notice bad" id="result" role="alert"><p>Nothing was sent: “${outcome.field}” holds no JSON.</p></div>`;
  }
  const { ok, answer } = outcome;
  return markup`<div id="result"><h3>${ok ? 'Answer' : 'It did not work'}</h3>${json(answer, 'result')}</div>`;
}

function json(value: unknown, label: string): Html {
  const text = JSON.stringify(value, null, 2);
  const shown = startOf(text);
  const cut =
    shown === text
      ? markup``
      : markup`<p class="soft">Cut here: it has ${String(text.length)} characters.</p>`;
  return markup`<pre tabindex="0" role="region" aria-label="${label}"><code>${shown}</code></pre>${cut}`;
}

/** As much as fits when it is escaped. */
function startOf(text: string): string {
  let length = Math.min(text.length, SHOWN);
  while (escape(text.slice(0, length)).length > SHOWN) length -= 200;
  return text.slice(0, length);
}
