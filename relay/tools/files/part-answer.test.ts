import { expect } from 'chai';
import type { ToolAnswer } from '../tool.ts';
import { onceWhenLarge, partAnswer } from './part-answer.ts';

const wish = { offset: 0, max_bytes: 8 * 1024 * 1024, encoding: 'base64' } as const;
const part = (length: number) =>
  partAnswer(new Uint8Array(length), { type: 'application/zip', size: length * 2 }, wish);

describe('bytes in an answer', () => {
  it('go out once when they are many, and the text beside them says so', () => {
    const data = part(1024 * 1024);
    const { data: structured, text } = onceWhenLarge(data) as ToolAnswer;
    expect(structured).to.equal(data);
    expect(JSON.stringify(text)).to.have.length.below(500);
    expect(text).to.include({ encoding: 'base64', next_offset: 1024 * 1024 });
    expect(String(text?.['content_left_out'])).to.contain('structuredContent');
  });

  it('go out as both when they are few, and texts always', () => {
    for (const data of [part(100 * 1024), { content: 'a'.repeat(1024 * 1024) }])
      expect(onceWhenLarge(data)).to.equal(data);
  });
});
