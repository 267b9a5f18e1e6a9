npm install express-client-jwt express
export JWT_SECRET=$(openssl rand -base64 48)
export REPORTS_SECRET=$(openssl rand -hex 32)
export REPORTS_SECRET_HASH=$(node -e 'require("express-client-jwt").hashSecret(process.env.REPORTS_SECRET).then(console.log)')
