import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type {
  GetPromptResult,
  ListPromptsResult,
  PromptMessage,
} from '@modelcontextprotocol/server';
import { didYouMean } from '../nearest.ts';

export interface PromptEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly required: boolean;
  }[];
  readonly messages: (args: Readonly<Record<string, string>>) => PromptMessage[];
}

/** The prompts of this gateway. */
export const PROMPTS: readonly PromptEntry[] = [
  {
    name: 'summarise_notes',
    title: 'Summarise my notes',
    description: 'What my notes say about a topic, with links',
    arguments: [{ name: 'topic', description: 'What to look for', required: true }],
    messages: ({ topic }) =>
      asked(
        `Search my Nextcloud notes for "${String(topic)}" and read the ones that fit. Summarise what they say in a short list, name the note behind each point with its link, and tell me where notes contradict each other. Change nothing.`,
      ),
  },
  {
    name: 'plan_my_week',
    title: 'Plan my week',
    description: 'Appointments, tasks and cards of the coming days in one plan',
    arguments: [{ name: 'focus', description: 'What matters most this week', required: false }],
    messages: ({ focus }) =>
      asked(
        `Look at my calendar, my open tasks and my Deck cards that are due in the next seven days. Make a plan day by day: fixed appointments first, then what is due, then what fits into the gaps.${focus === undefined ? '' : ` Put this first: ${focus}.`} Point out clashes and anything overdue. Show me the plan before you create or move anything.`,
      ),
  },
  {
    name: 'board_from_plan',
    title: 'Turn a plan into a board',
    description: 'A Deck board with stacks and cards from a description of a project',
    arguments: [{ name: 'plan', description: 'The project in a few sentences', required: true }],
    messages: ({ plan }) =>
      asked(
        `Turn this into a Deck board: ${String(plan)}\nPropose a title, the stacks and the cards with short descriptions and due dates where they follow from the text. When I agree, create the board, the stacks in order, then the cards, and give me the link.`,
      ),
  },
  {
    name: 'meals_for_the_week',
    title: 'Meals for the week',
    description: 'A meal plan from the cookbook with a shopping list',
    arguments: [
      { name: 'days', description: 'How many days; 5 unless told', required: false },
      { name: 'wishes', description: 'Diet, guests, what is in the fridge', required: false },
    ],
    messages: ({ days = '5', wishes }) =>
      asked(
        `Choose recipes from my Cookbook for ${days} dinners${wishes === undefined ? '' : ` (${wishes})`}. Vary them, name the cooking time of each, and add up one shopping list by department. Offer to save the list as a note.`,
      ),
  },
];

function asked(text: string): PromptMessage[] {
  return [{ role: 'user', content: { type: 'text', text } }];
}

export function listPrompts(prompts: readonly PromptEntry[]): ListPromptsResult {
  return {
    prompts: prompts.map(({ name, title, description, arguments: args }) => {
      return { name, title, description, arguments: args.map((argument) => ({ ...argument })) };
    }),
  };
}

/** Throws the protocol's "invalid params" for an unknown prompt or a missing argument. */
export function getPrompt(
  prompts: readonly PromptEntry[],
  name: string,
  args: Readonly<Record<string, string>>,
): GetPromptResult {
  const prompt = prompts.find((entry) => entry.name === name);
  if (prompt === undefined) {
    const suggestion = didYouMean(
      name,
      prompts.map((entry) => entry.name),
    );
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no prompt ${JSON.stringify(name)}.${suggestion}`,
    );
  }
  const missing = prompt.arguments.filter(
    (argument) => argument.required && !args[argument.name]?.trim(),
  );
  if (missing.length > 0) {
    const names = missing.map((argument) => argument.name).join(', ');
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `The prompt ${name} needs: ${names}.`);
  }
  return { description: prompt.description, messages: prompt.messages(args) };
}
