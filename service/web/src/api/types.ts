/** What the service answers, under the names that the page uses. */

export type Action =
  | 'read-map'
  | 'read-cases'
  | 'read-imports'
  | 'import-layers'
  | 'edit-plots'
  | 'act-on-cases'
  | 'add-evidence'
  | 'export-ledger'
  | 'manage-subscriptions'
  | 'manage-scenes'
  | 'manage-accounts'
  | 'manage-calendar'
  | 'screen-again'

export interface Me {
  id: number | null
  username: string
  role: string
  role_label: string
  villages: string[]
  department: string | null
  actions: string[]
}
