npm run bench -- --quick                                                 # 3 minutes: shows that it runs; the figures are noise
npm run bench -- start                                                   # 1 minute: what the package adds to a start
npm run bench -- issuing harm                                            # 10 minutes: tokens per second, and floods
npm run bench -- guarding                                                # half an hour: the guards
DATABASE_URL=postgres://postgres@127.0.0.1/bench npm run bench -- scale  # 5 minutes: up to 1,000,000 clients
