npx express-client-jwt client rotate reports --label 2026-12   # shows the new secret; both work
npx express-client-jwt client show reports                     # the secrets, by label
npx express-client-jwt client retire reports 2026-11 --at 7d   # works for a week more; without --at it ends now
