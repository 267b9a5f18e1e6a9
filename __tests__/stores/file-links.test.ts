import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fileStore } from 'express-client-jwt/stores/file';

import { reports } from '../support/clients';

test('concurrent changes through two names of one file lose nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'file-links-'));
  const [file, link] = [path.join(folder, 'clients.json'), path.join(folder, 'link.json')];
  writeFileSync(file, '{"clients":[]}');
  symlinkSync(file, link);
  const [byName, byLink] = [fileStore(file), fileStore(link)];
  const ids = Array.from({ length: 20 }, (_, index) => `client-${String(index)}`);
  await Promise.all(
    ids.map((clientId, index) =>
      (index % 2 ? byLink : byName).update(clientId, () => reports({ clientId })),
    ),
  );
  expect((JSON.parse(readFileSync(file, 'utf8')) as { clients: unknown[] }).clients).toHaveLength(
    20,
  );
  rmSync(folder, { recursive: true });
});
