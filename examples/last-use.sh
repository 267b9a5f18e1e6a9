npx express-client-jwt client show reports                                      # when each secret was last used
npx express-client-jwt client list --unused-for 30d                             # clients that nobody uses
npx express-client-jwt client rotate reports --retire-others-when-unused 14d    # also retires what nobody used for two weeks
npx express-client-jwt doctor                                                   # names secrets that nobody uses
