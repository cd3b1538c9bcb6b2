export const alertWords = {} as const
