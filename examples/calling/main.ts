import { api } from './client';

const { API_URL = 'http://127.0.0.1:3000' } = process.env;

void api(`${API_URL}/reports`).then(async (res) => {
  console.log(res.status, await res.text());
});
