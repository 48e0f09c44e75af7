// Opens the database of DATABASE_URL as a user who owns nothing, and prints the result. Node
// reads this checkout before it becomes that user.
import { openDatabase } from '../../src/store/open-database.ts'
import { readDatabaseUrl } from '../../src/config/database-url.ts'

const NOBODY = 65534

if (process.getuid?.() === 0) process.seteuid!(NOBODY)
try {
  const database = await openDatabase(readDatabaseUrl(process.env['DATABASE_URL']!), {
    as: 'service',
  })
  await database.close()
  process.stdout.write('opened\n')
} catch (error) {
  process.stdout.write(`${(error as Error).constructor.name}: ${(error as Error).message}\n`)
}
