npm install express-client-jwt express
npx express-client-jwt client add reports --scope reports:read
npx express-client-jwt client add billing --scope reports:read --scope reports:write
export JWT_SECRET=$(npx express-client-jwt key generate)
npx express-client-jwt doctor
