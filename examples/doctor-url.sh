npx express-client-jwt doctor --url https://api.example.com --route /reports
printenv REPORTS_SECRET | npx express-client-jwt doctor --url https://api.example.com --route /reports --client reports
