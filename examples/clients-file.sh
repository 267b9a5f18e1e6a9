npm install express-client-jwt express
npx express-client-jwt client add reports --scope reports:read --label 2026-11
npx express-client-jwt client add billing --scope reports:read --scope reports:write --label 2026-11
export JWT_SECRET=$(npx express-client-jwt key generate)
npx express-client-jwt doctor
