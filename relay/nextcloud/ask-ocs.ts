import { parseJson } from './codecs/json.ts';
import { errorFromAnswer } from './error-factory.ts';
import type { Exchange } from './exchange.ts';
import { readEnvelope, statusOfOcs } from './ocs.ts';

/**
 * A plain OCS read for what must be known before the operation tables can be chosen.
 *
 * @throws RelayError
 */
export async function askOcs(exchange: Exchange, path: string): Promise<unknown> {
  const answer = await exchange.send({
    method: 'GET',
    path,
    headers: { Accept: 'application/json' },
  });
  const envelope = readEnvelope(parseJson(answer.bytes));
  if (envelope === undefined || statusOfOcs(envelope.meta.statuscode) >= 300) {
    throw errorFromAnswer('GET', answer);
  }
  return envelope.data;
}
