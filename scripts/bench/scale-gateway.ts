import { readFileSync, writeFileSync } from 'node:fs';
import type { Account } from '../../contract-tests/gateway.ts';
import { firstAnswer, startGateway } from './processes.ts';

export interface MeasuredGateway {
  readonly url: string;
  /** Starts measuring the peak anew, where the system can. */
  resetPeak(): void;
  /** Most memory held at once since the last reset, in MB; undefined where the system does not tell. */
  peakMegabytes(): number | undefined;
  stop(): void;
}

/** A gateway in a process of its own. */
export async function startMeasuredGateway(
  nextcloud: string,
  account: Account,
): Promise<MeasuredGateway> {
  const gateway = await startGateway({
    NEXTCLOUD_HOST: nextcloud,
    NEXTCLOUD_USERNAME: account.username,
    NEXTCLOUD_PASSWORD: account.password,
  });
  await firstAnswer(gateway, '/', {});
  const { url, process: child } = gateway;
  const proc = `/proc/${String(child.pid)}`;
  return {
    url,
    resetPeak: () => onLinux(() => writeFileSync(`${proc}/clear_refs`, '5')),
    peakMegabytes: () => onLinux(() => peakIn(readFileSync(`${proc}/status`, 'utf8'))),
    stop: () => void child.kill(),
  };
}

/** Kilobytes of `VmHWM` as MB (10⁶ bytes). */
function peakIn(status: string): number {
  return Math.round((Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024) / 1e6);
}

/** @returns undefined elsewhere: there is no such file, or it may not be written */
function onLinux<T>(action: () => T): T | undefined {
  return process.platform === 'linux' ? action() : undefined;
}
