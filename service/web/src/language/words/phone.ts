export const phoneWords = {} as const
