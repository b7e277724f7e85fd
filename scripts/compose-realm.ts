import { writeFileSync } from 'node:fs';
import { realmFile, REALM_PATH } from './compose/realm.ts';

// Writes compose/keycloak/realm.json anew; needed when a tool brings a new scope.
writeFileSync(REALM_PATH, realmFile());
