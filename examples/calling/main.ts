import { call } from './client';

void call('/reports').then(async (res) => {
  console.log(res.status, await res.text());
});
