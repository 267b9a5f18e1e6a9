BASE_URL=http://127.0.0.1:${PORT:-3000}
curl -i -X POST "$BASE_URL/auth/jwt" -H "client-id: reports" -H "client-secret: $REPORTS_SECRET"   # 200, Authorization: Bearer …
AUTHORIZATION=$(curl -si "$BASE_URL/auth/jwt" -H "client-id: reports" -H "client-secret: $REPORTS_SECRET" | grep -i ^authorization | tr -d '\r')
curl -i "$BASE_URL/reports" -H "$AUTHORIZATION"                     # 200 {"hello":"reports"}
curl -i "$BASE_URL/reports"                                         # 401
