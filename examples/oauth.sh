curl -u "$CLIENT_ID:$CLIENT_SECRET" "$API_URL/oauth/token" -d grant_type=client_credentials -d scope=reports:read
