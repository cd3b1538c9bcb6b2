const AT_ONCE = 4

/** Act on every item, a few at once; more would push the page's own requests aside. */
export async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const take = async (): Promise<void> => {
    while (left.length) await act(left.shift()!)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
}
