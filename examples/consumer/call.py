import os, threading, time

import requests


class TokenSource:
    """Keeps one token, and requests the next one after 80 % of its lifetime."""

    def __init__(self, url, client_id, client_secret):
        self.url = url
        self.headers = {"client-id": client_id, "client-secret": client_secret}
        self.lock = threading.Lock()
        self.authorization, self.renew_at, self.expires_at = None, 0.0, 0.0

    def get(self, refused=None):
        with self.lock:
            is_current = self.authorization is not None and self.authorization != refused
            if not is_current or time.monotonic() >= self.renew_at:
                try:
                    self.refresh()
                except requests.RequestException:
                    # The old token serves until it expires.
                    if not is_current or time.monotonic() >= self.expires_at:
                        raise
            return self.authorization

    def refresh(self):
        sent_at = time.monotonic()
        res = requests.post(self.url, headers=self.headers, timeout=10, allow_redirects=False)
        res.raise_for_status()
        self.authorization, seconds = res.headers["authorization"], res.json()["expires_in"]
        self.renew_at, self.expires_at = sent_at + 0.8 * seconds, sent_at + seconds


def call(source, url):
    authorization = source.get()
    res = requests.get(url, headers={"authorization": authorization}, timeout=30, allow_redirects=False)
    if res.status_code == 401 and "invalid_token" in res.headers.get("www-authenticate", ""):
        authorization = source.get(refused=authorization)
        res = requests.get(url, headers={"authorization": authorization}, timeout=30, allow_redirects=False)
    return res


if __name__ == "__main__":
    env = os.environ
    source = TokenSource(env["API_URL"] + "/auth/jwt", env["CLIENT_ID"], env["CLIENT_SECRET"])
    for _ in range(3):
        print(call(source, env["API_URL"] + "/reports").status_code)
