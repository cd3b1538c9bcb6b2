import { read } from '@/api/client'
import type { Case } from '@/api/types'
import { loggedIn } from '@/session/session'
import { inTurn } from './inTurn'
import { keptAnswer } from './kept'

const FORMS = '/api/case-forms'
const PARTS = ['', '/events', '/evidence', '/transitions', '/ground']

/** Ask for all that the tasks' pages show and its words, unless the device keeps it as it is now. */
export async function keepTasks(tasks: readonly Case[]): Promise<void> {
  if (!(await keptAnswer(FORMS)) && loggedIn()) await read(FORMS)
  await inTurn(tasks, async (task) => {
    const addresses = PARTS.map((part) => `/api/cases/${task.id}${part}`)
    if (await areKept(addresses, task.version)) return
    // Who has logged out meanwhile must not be told that the login is over.
    for (const one of addresses) if (loggedIn()) await read(one)
  })
}

async function areKept([detail, ...others]: string[], version: number): Promise<boolean> {
  const kept = await keptAnswer(detail!)
  if (!kept || ((await kept.json()) as Case).version !== version) return false
  return (await Promise.all(others.map(keptAnswer))).every((one) => one !== undefined)
}
