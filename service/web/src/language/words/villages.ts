export const villageWords = {} as const
