import { expect } from 'chai';
import { answering, failure } from '../../testing/answering-nextcloud.ts';
import { moveCardToBoard, reorderCard } from './move-card.ts';
import { updateCard } from './update-card.ts';
import { updateStack } from './update-stack.ts';

/** Fixed data per operation. */
function context(answers: Readonly<Record<string, unknown>>): ReturnType<typeof answering> {
  return answering(({ key }) => ({ data: answers[key] }));
}

const card = {
  id: 7,
  title: 'Old',
  stackId: 3,
  type: 'plain',
  owner: { uid: 'alice', primaryKey: 'alice' },
  description: 'kept',
  order: 4,
  duedate: '2030-01-01T00:00:00+00:00',
  done: null,
  archived: true,
};
const target = { board_id: 1, stack_id: 99, card_id: 7 };

describe('deck_update_card', () => {
  it('sends every field, stays in the stack the card is in, and does not archive twice', async () => {
    const { context: where, sent } = context({ 'deck.get-card': card, 'deck.update-card': card });
    await updateCard.run({ ...target, title: 'New', archived: true }, where);
    expect(sent.at(-1)).to.deep.equal({
      key: 'deck.update-card',
      headers: {},
      args: {
        boardId: 1,
        stackId: 3,
        cardId: 7,
        title: 'New',
        type: 'plain',
        owner: 'alice',
        description: 'kept',
        order: 4,
        duedate: '2030-01-01T00:00:00+00:00',
        done: null,
      },
    });
  });

  it('keeps start date and colour where cards have them', async () => {
    const newer = { ...card, startdate: '2029-01-01T00:00:00+00:00', color: 'ff0000' };
    const { context: where, sent } = context({ 'deck.get-card': newer, 'deck.update-card': newer });
    await updateCard.run({ ...target, color: '' }, where);
    expect(sent.at(-1)?.args).to.include({ startdate: '2029-01-01T00:00:00+00:00', color: null });
  });

  it('changes nothing when asked for a field this Deck does not know', async () => {
    const { context: where, sent } = context({ 'deck.get-card': card });
    const error = await failure(updateCard, { ...target, startdate: '2030-01-01' }, where);
    expect(error.code).to.equal('unsupported');
    expect(sent.map(({ key }) => key)).to.deep.equal(['deck.get-card']);
  });

  it('asks nothing of the server when nothing is to be changed', async () => {
    const { context: where, sent } = context({});
    const error = await failure(updateCard, { ...target, title: null }, where);
    expect(error.code).to.equal('invalid_argument');
    expect(sent).to.deep.equal([]);
  });
});

describe('deck_reorder_card', () => {
  it('reports a move that the server did not make', async () => {
    const { context: where, sent } = context({ 'deck.reorder-card': [{ ...card, stackId: 3 }] });
    const error = await failure(reorderCard, { ...target, order: 0, target_stack_id: 5 }, where);
    expect(error.message).to.contain('did not move card 7');
    expect(sent[0]?.args).to.include({ currentStackId: 5, stackId: 5 });
  });
});

describe('deck_move_card_to_board', () => {
  it('refuses a stack of another board before it touches the card', async () => {
    const { context: where, sent } = context({
      'deck.get-stack': { id: 5, title: 'S', boardId: 8, order: 1 },
    });
    const args = { ...target, target_board_id: 2, target_stack_id: 5 };
    const error = await failure(moveCardToBoard, args, where);
    expect(error.message).to.contain('is on board 8');
    expect(sent).to.have.length(1);
  });
});

describe('deck_update_stack', () => {
  const stack = { id: 3, title: 'To do', boardId: 1, order: 6 };

  it('reads the stack only for what is not given', async () => {
    const { context: where, sent } = context({
      'deck.get-stack': stack,
      'deck.update-stack': stack,
    });
    await updateStack.run({ board_id: 1, stack_id: 3, title: 'Later' }, where);
    expect(sent.at(-1)?.args).to.deep.equal({ boardId: 1, stackId: 3, title: 'Later', order: 6 });
    await updateStack.run({ board_id: 1, stack_id: 3, title: 'Later', order: 0 }, where);
    expect(sent.map(({ key }) => key)).to.deep.equal([
      'deck.get-stack',
      'deck.update-stack',
      'deck.update-stack',
    ]);
  });
});
