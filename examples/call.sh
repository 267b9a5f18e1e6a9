curl -i -X POST "$BASE_URL/auth/jwt" -H "client-id: $CLIENT_ID" -H "client-secret: $CLIENT_SECRET"
curl -i "$BASE_URL/reports" -H "Authorization: Bearer $TOKEN"
