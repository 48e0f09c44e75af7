/** Where the database is: a file's absolute path, or a server's address with its login. */
export type DatabasePlace =
  | { dialect: 'sqlite'; path: string }
  | { dialect: 'postgres'; url: string }
