import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { COMPOSE, composeFile } from './compose-file.fixture.ts';

describe('compose/up', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'compose-up-'));
    copyFileSync(join(COMPOSE, 'up'), join(folder, 'up'));
    copyFileSync(join(COMPOSE, 'compose.yaml'), join(folder, 'compose.yaml'));
    // stands for docker: says what it was asked
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/docker'), '#!/bin/sh\necho "docker $*"\n');
    chmodSync(join(folder, 'bin/docker'), 0o755);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function up(...args: string[]): { readonly status: number | null; readonly stdout: string } {
    const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    return spawnSync(join(folder, 'up'), args, { env: { PATH: path }, encoding: 'utf8' });
  }

  function secret(name: string): string {
    return readFileSync(join(folder, 'secrets', name), 'utf8');
  }

  it('starts every profile that compose.yaml has, and no other', () => {
    const profiles = Object.values(composeFile().services).flatMap((service) => service.profiles);
    for (const profile of new Set(profiles)) {
      const { status, stdout } = up(profile);
      expect(status).to.equal(0);
      expect(stdout).to.equal(`docker compose --profile ${profile} up --detach --build\n`);
    }
    expect(up('oauth')).to.include({ status: 2, stdout: '' });
  });

  it('starts the sign-in with Nextcloud when it is told nothing', () => {
    expect(up().stdout).to.equal('docker compose --profile sign-in up --detach --build\n');
  });

  it('makes a random secret for every name, out of reach for other users, and keeps it', () => {
    up('single-user');
    const declared = Object.keys(composeFile().secrets).sort();
    expect(readdirSync(join(folder, 'secrets')).sort()).to.deep.equal(declared);
    const values = declared.map(secret);
    expect(new Set(values).size).to.equal(declared.length);
    for (const value of values) expect(value).to.match(/^[0-9a-f]{64}$/);
    expect(statSync(join(folder, 'secrets')).mode & 0o777).to.equal(0o700);
    up('keycloak');
    expect(declared.map(secret)).to.deep.equal(values);
  });
});
