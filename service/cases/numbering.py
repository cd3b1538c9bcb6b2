"""Case codes: ``{village}-{year}-{number}``, without gaps per village and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.cases.models import CaseNumber


def take_codes(session: Session, villages: Sequence[str], year: int) -> list[str]:
    """Fresh codes for new cases of these villages, in their order.

    A village's counter stays locked until the transaction ends, so that a number taken by a
    transaction that fails is given to the next one.
    """
    if not villages:
        return []
    counts = Counter(villages)
    # Sorted, so that two transactions never wait for each other's counters.
    rows = [
        {"village_code": village, "year": year, "last": counts[village]}
        for village in sorted(counts)
    ]
    statement = insert(CaseNumber).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=[CaseNumber.village_code, CaseNumber.year],
        set_={"last": CaseNumber.last + statement.excluded.last},
    )
    taken = session.execute(statement.returning(CaseNumber.village_code, CaseNumber.last))
    following = {village: last - counts[village] for village, last in taken}
    codes = []
    for village in villages:
        following[village] += 1
        codes.append(f"{village}-{year}-{following[village]:04d}")
    return codes
