import type { Archive } from './archive.ts';
import { resolve } from './archive.ts';
import { readXml } from './xml-events.ts';

/** Parts an OOXML part refers to: relationship id → name in the archive. */
export function relationshipsOf(archive: Archive, part: string): Map<string, string> {
  const slash = part.lastIndexOf('/');
  const file = `${part.slice(0, slash)}/_rels/${part.slice(slash + 1)}.rels`;
  const targets = new Map<string, string>();
  readXml(archive.text(file) ?? '', {
    open(name, { Id, Target, TargetMode }) {
      if (name !== 'Relationship' || TargetMode === 'External') return;
      if (Id !== undefined && Target !== undefined) targets.set(Id, resolve(part, Target));
    },
  });
  return targets;
}
