"""Case codes: ``{village}-{year}-{number}``, without gaps per village and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.database.engine import driver_connection

# Sorted, so that two transactions never wait for each other's counters.
TAKE = """
    INSERT INTO case_number AS known (village_code, year, last)
    SELECT village_code, %s, wanted
    FROM unnest(%s::text[], %s::integer[]) AS more (village_code, wanted)
    ORDER BY village_code
    ON CONFLICT (village_code, year) DO UPDATE SET last = known.last + excluded.last
    RETURNING village_code, last
"""


def take_codes(session: Session, villages: Sequence[str], year: int) -> list[str]:
    """Fresh codes for new cases of these villages, in their order.

    A village's counter stays locked until the transaction ends, so that a number taken by a
    transaction that fails is given to the next one.
    """
    if not villages:
        return []
    counts = Counter(villages)
    taken = driver_connection(session).execute(TAKE, (year, [*counts], [*counts.values()]))
    following = {village: last - counts[village] for village, last in taken}
    codes = []
    for village in villages:
        following[village] += 1
        codes.append(f"{village}-{year}-{following[village]:04d}")
    return codes
